import CEL
import Model

/// Why a cell has no value in an expression; never holds the value.
enum CellFault: Error {
    case notSent
    case mismatch(declared: Kind, found: Kind)
    case tooFine(scale: Int)
    case notUTF8
    case outsideCalendar
    case arraysTooDeep
    case damaged

    /// The error as an evaluation reports it.
    func error(table: String, column: String) -> EvaluationError {
        let name = "\(table).\(column)"
        return switch self {
        case .notSent: EvaluationError(.notSent, "\(name) was not sent by its source")
        case .mismatch(let declared, let found):
            EvaluationError(
                .typeMismatch, "\(name) is declared \(declared) and holds a value of kind \(found)")
        case .tooFine(let scale):
            EvaluationError(
                .lossy, "\(name) is declared with \(scale) digits after the point and holds a value with more"
            )
        case .notUTF8: EvaluationError(.invalidConversion, "\(name) holds text that is not UTF-8")
        case .outsideCalendar: EvaluationError(.overflow, "\(name) lies outside the years 1 to 9999")
        case .arraysTooDeep: EvaluationError(.typeMismatch, "\(name) holds arrays in arrays, too many deep")
        case .damaged: EvaluationError(.typeMismatch, "\(name) is damaged")
        }
    }
}
