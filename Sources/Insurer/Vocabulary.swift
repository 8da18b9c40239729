/// The words that the generated portfolio is made of: all invented, some of them awkward on purpose.
enum Vocabulary {
    static let givenNames = [
        "Anna", "Jürgen", "Beate", "Søren", "Zoë", "Luca", "Marie-Claire", "Ömer", "Ilse", "Václav", "Noémi",
        "Đặng",
        "Björn", "Łucja", "Pia", "Renée", "明", "Ægir", "Ştefan", "Friedrich",
    ]
    static let familyNames = [
        "Müller", "O'Brien", "Groß", "Weiß-Hübner", "von der Heide", "Öztürk", "Ångström", "Nováková",
        "Brunner", "d'Amico",
        "Schröder", "Łapiński", "Hofer", "Thị Hoa", "Lüdecke", "Iliopoulou", "Zürcher", "李", "Kaufmann",
        "Ñañez",
    ]
    /// The same letters as elsewhere, written with combining marks: equal to the eye, different byte by byte.
    static let decomposedNames = [
        "Zoe\u{308} Mu\u{308}ller", "Bjo\u{308}rn A\u{30A}ngstro\u{308}m", "Rene\u{301}e Gro\u{308}ger",
    ]

    static let streets = [
        "Hauptstr.", "Am Mühlbach", "Bahnhofstraße", "Untere Donaulände", "Rue de l'Église", "Gartenweg",
        "Lange Gasse",
        "Platz der Einheit", "Im Grüt", "Ringstraße",
    ]
    static let cities: [String: [(postcode: String, name: String)]] = [
        "DE": [
            ("50667", "Köln"), ("01067", "Dresden"), ("40213", "Düsseldorf"), ("80331", "München"),
            ("20095", "Hamburg"),
        ],
        "AT": [("1010", "Wien"), ("4020", "Linz"), ("8010", "Graz"), ("6020", "Innsbruck")],
        "CH": [("8001", "Zürich"), ("3011", "Bern"), ("1201", "Genève")],
    ]
    static let regions: [String: [String]] = [
        "DE": ["NW", "NO", "SW", "SO"], "AT": ["W", "O"], "CH": ["ZH", "RO"],
    ]

    /// The reasons that a product knows.
    static let reasons: [String: [String]] = [
        "AU": ["ADDR", "ADDR", "ADDR", "DRVR", "VEHI", "COVR", "PAYM"],
        "HO": ["ADDR", "ADDR", "SUMI", "COVR", "PAYM"],
        "LI": ["ADDR", "COVR", "PAYM", "SUMI"],
        "LE": ["ADDR", "COVR", "PAYM"],
        "PV": ["ADDR", "COVR"],
    ]
    /// Every reason that the analysts know the meaning of.
    static let knownReasons = ["ADDR", "DRVR", "VEHI", "COVR", "SUMI", "PAYM"]
    /// Every product that the analysts know the meaning of.
    static let knownProducts = ["AU", "HO", "LI", "LE"]
    /// Reasons that somebody once typed in and nobody can explain.
    static let unknownReasons = ["XFER", "GLAS", "????"]
    /// The product of a pilot that was stopped.
    static let unknownProduct = "PV"

    static let freeTextReasons = [
        "Umzug nach Köln", "Fahrerin eingetragen: Tochter, 19 J.", "lt. Telefonat v. 3.4., s. Akte ",
        "Adresse neu (Heirat)",
        "Wunsch des VN; Selbstbeteiligung 300 €", "siehe Schreiben vom 12.03.\nnoch zu prüfen",
        "Fahrzeugwechsel → Kombi",
        "Zahlweise 1/4-jährl.",
    ]
    static let remarks = ["Makler informiert", "eilt!", "  ", "Kopie an Agentur 17 "]
    static let clerks = ["KMUELLER", "HOFER", "A.BRUNNER", "SLAPINSKI", "J.GROSS"]
    static let impossibleDates = ["20210229", "00000000", "20191301", "2022063"]
}
