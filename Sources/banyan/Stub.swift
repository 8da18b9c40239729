import ArgumentParser
struct WhyCommand: ParsableCommand {}
struct QuarantineCommand: ParsableCommand {}
struct ReplayCommand: ParsableCommand {}
struct CertificateCommand: ParsableCommand {}
