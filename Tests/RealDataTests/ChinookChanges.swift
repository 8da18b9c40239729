/// What happens to the music shop while it is migrated: one text is what one connection does.
enum ChinookChanges {
    /// Rows that many aggregates look up.
    static let lookups = """
        UPDATE Artist SET Name = 'AC⚡DC' WHERE ArtistId = 1;
        UPDATE Artist SET Name = NULL WHERE ArtistId = 2;
        UPDATE Genre SET Name = 'Rock & Roll' WHERE GenreId = 1;
        UPDATE Genre SET Name = NULL WHERE GenreId = 24;
        DELETE FROM Genre WHERE GenreId = 7;
        UPDATE MediaType SET MediaTypeId = 50 WHERE MediaTypeId = 2;
        UPDATE Track SET MediaTypeId = 50 WHERE MediaTypeId = 2 AND TrackId % 2 = 0;
        UPDATE Track SET Name = Name || ' (remastered)' WHERE TrackId % 7 = 0;
        UPDATE Employee SET LastName = 'Peacock-Margolis' WHERE EmployeeId IN (3, 4);
        UPDATE Customer SET Email = 'new.' || Email WHERE CustomerId % 3 = 0;
        """

    /// Parts that come, go and move; aggregates that come, go and are replaced.
    static let aggregates = """
        UPDATE Track SET AlbumId = 2 WHERE TrackId IN (1, 6, 7);
        UPDATE Track SET AlbumId = NULL WHERE TrackId = 8;
        DELETE FROM Album WHERE AlbumId = 5;
        BEGIN;
        INSERT INTO Artist VALUES (900, 'Die Ärzte');
        INSERT INTO Album VALUES (900, 'Geräusch', 900), (901, 'auch', 900);
        INSERT INTO Track VALUES (9000, 'Als ich den Punk erfand', 900, 1, 1, NULL, 210000, NULL, 0.99),
            (9001, 'Nichts in der Welt', 900, 1, NULL, 'Farin Urlaub', 189000, 5000000, 1.29);
        COMMIT;
        INSERT INTO Album VALUES (902, 'before its artist', 901);
        INSERT INTO Track VALUES (9002, 'early', 902, 1, 1, NULL, 1000, NULL, 0);
        BEGIN; DELETE FROM Album; DELETE FROM Track WHERE TrackId < 500; ROLLBACK;
        BEGIN;
        UPDATE Album SET AlbumId = 1003 WHERE AlbumId = 3;
        UPDATE Track SET AlbumId = 1003 WHERE AlbumId = 3;
        COMMIT;
        BEGIN;
        UPDATE Album SET AlbumId = -1 WHERE AlbumId = 10;
        UPDATE Album SET AlbumId = 10 WHERE AlbumId = 11;
        UPDATE Album SET AlbumId = 11 WHERE AlbumId = -1;
        COMMIT;
        REPLACE INTO Album VALUES (20, 'replaced', 1);
        INSERT INTO Album VALUES (21, 'upserted', 3)
            ON CONFLICT (AlbumId) DO UPDATE SET Title = excluded.Title;
        UPDATE Track SET TrackId = TrackId + 10000 WHERE AlbumId = 30;
        BEGIN;
        UPDATE Track SET TrackId = -1 WHERE TrackId = 100;
        UPDATE Track SET TrackId = 100 WHERE TrackId = 200;
        UPDATE Track SET TrackId = 200 WHERE TrackId = -1;
        COMMIT;
        UPDATE Track SET UnitPrice = UnitPrice + 0.1;
        DELETE FROM Track WHERE TrackId BETWEEN 300 AND 320;
        INSERT INTO Artist VALUES (901, 'late');
        UPDATE Artist SET ArtistId = 1050 WHERE ArtistId = 50;
        UPDATE Album SET ArtistId = 1050 WHERE ArtistId = 50;
        """

    /// People, and what they buy.
    static let business = """
        BEGIN;
        INSERT INTO Invoice
            VALUES (900, 1, '2026-01-02 00:00:00', 'Weg 1', 'Köln', NULL, NULL, '50667', 2.98);
        INSERT INTO InvoiceLine VALUES (9000, 900, 1, 0.99, 1), (9001, 900, 2, 1.99, 1);
        COMMIT;
        BEGIN;
        DELETE FROM InvoiceLine WHERE InvoiceId = 5;
        DELETE FROM Invoice WHERE InvoiceId = 5;
        COMMIT;
        UPDATE InvoiceLine SET InvoiceId = 10 WHERE InvoiceId = 9;
        UPDATE InvoiceLine SET UnitPrice = UnitPrice * 1.1, Quantity = 3 WHERE InvoiceId BETWEEN 40 AND 60;
        UPDATE Invoice
            SET Total = (SELECT SUM(UnitPrice * Quantity) FROM InvoiceLine l
                WHERE l.InvoiceId = Invoice.InvoiceId)
            WHERE InvoiceId BETWEEN 40 AND 60;
        UPDATE InvoiceLine SET UnitPrice = round(UnitPrice, 2);
        UPDATE Invoice SET Total = round(Total, 2);
        BEGIN;
        UPDATE Invoice SET InvoiceId = 1200 WHERE InvoiceId = 200;
        UPDATE InvoiceLine SET InvoiceId = 1200 WHERE InvoiceId = 200;
        COMMIT;
        DELETE FROM Customer WHERE CustomerId = 59;
        UPDATE Invoice SET CustomerId = 58 WHERE CustomerId = 59 AND InvoiceId % 2 = 0;
        BEGIN;
        UPDATE Customer SET CustomerId = 1010 WHERE CustomerId = 10;
        UPDATE Invoice SET CustomerId = 1010 WHERE CustomerId = 10;
        COMMIT;
        UPDATE Customer SET SupportRepId = NULL WHERE CustomerId = 2;
        UPDATE Customer SET SupportRepId = 777 WHERE CustomerId = 4;
        UPDATE Employee SET EmployeeId = 777 WHERE EmployeeId = 5;
        UPDATE Employee SET ReportsTo = EmployeeId WHERE EmployeeId = 8;
        UPDATE Employee SET ReportsTo = 777 WHERE EmployeeId = 7;
        DELETE FROM Employee WHERE EmployeeId = 2;
        INSERT INTO Employee (EmployeeId, LastName, FirstName, ReportsTo) VALUES (2, 'Back', 'Again', 1);
        """

    /// Two people exchange what is unique in the service and free in the shop.
    static let exchange = """
        BEGIN;
        UPDATE Customer SET Email = 'x' || Email WHERE CustomerId = 20;
        UPDATE Customer SET Email = (SELECT Email FROM Customer WHERE CustomerId = 21) WHERE CustomerId = 20;
        UPDATE Customer SET Email = 'first@example.com' WHERE CustomerId = 21;
        COMMIT;
        BEGIN;
        UPDATE Customer SET Fax = (SELECT Email FROM Customer WHERE CustomerId = 23) WHERE CustomerId = 22;
        UPDATE Customer SET Email = (SELECT Email FROM Customer WHERE CustomerId = 22) WHERE CustomerId = 23;
        UPDATE Customer SET Email = Fax, Fax = NULL WHERE CustomerId = 22;
        COMMIT;
        """

    /// Twenty-odd times the sales: enough history for a run to be stopped in its midst.
    static let growth = """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 24)
        INSERT INTO InvoiceLine (InvoiceId, TrackId, UnitPrice, Quantity)
        SELECT l.InvoiceId, l.TrackId, l.UnitPrice, n.i FROM InvoiceLine l, n;
        """

    /// One transaction of a writer that never rests, chosen by a random number.
    static func transaction(_ number: UInt64) -> String {
        let row = (number >> 8) % 3_500 + 1
        let other = (number >> 24) % 340 + 1
        return switch number % 8 {
        case 0: "UPDATE Artist SET Name = 'artist ' || \(number % 997) WHERE ArtistId = \(other % 275)"
        case 1: "UPDATE Track SET AlbumId = \(other) WHERE TrackId = \(row)"
        case 2:
            """
            UPDATE Track SET Name = 'track \(number % 997)', UnitPrice = \(number % 300) / 100.0
            WHERE TrackId = \(row)
            """
        case 3: "DELETE FROM InvoiceLine WHERE InvoiceLineId = \(row)"
        case 4:
            """
            INSERT INTO InvoiceLine (InvoiceId, TrackId, UnitPrice, Quantity)
                VALUES (\(other), \(row), 0.99, 2);
            UPDATE Invoice SET Total = round(Total + 1.98, 2) WHERE InvoiceId = \(other)
            """
        case 5: "UPDATE Genre SET Name = 'genre \(number % 97)' WHERE GenreId = \(other % 25 + 1)"
        case 6: "REPLACE INTO Album VALUES (\(other), 'album \(number % 997)', \(row % 275 + 1))"
        default: "UPDATE Employee SET LastName = 'name \(number % 97)' WHERE EmployeeId = \(other % 8 + 1)"
        }
    }
}
