import Testing

@testable import Insurer

@Suite struct BusinessDayTests {
    @Test func everyDayReadsBackAsItself() {
        for number in stride(from: -200_000, through: 200_000, by: 37) {
            let day = BusinessDay(number: number)
            #expect(BusinessDay(text: day.text) == day, "\(day.text)")
        }
    }

    @Test(arguments: [
        "20230231", "20230229", "19000229", "20231301", "20230001", "20230100", "20230432", "2023-101",
        "2023011",
        "202301011", "",
    ])
    func aDayThatNoCalendarHasIsNone(text: String) {
        #expect(BusinessDay(text: text) == nil)
    }

    @Test func leapDaysAreDays() {
        #expect(BusinessDay(text: "20000229") != nil && BusinessDay(text: "20240229") != nil)
    }
}
