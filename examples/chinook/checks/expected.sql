-- What each service should hold, worked out from the shop without the plan, and what it holds. `k` is the key as text.

CREATE TEMP TABLE expected_album AS
SELECT a.AlbumId AS k, a.Title AS title, ifnull(r.Name, 'Unknown artist') AS artist,
       (SELECT count(*) FROM shop.Track t WHERE t.AlbumId = a.AlbumId) AS track_count,
       (SELECT count(t.Composer) > 0 FROM shop.Track t WHERE t.AlbumId = a.AlbumId) AS names_composers
FROM shop.Album a JOIN shop.Artist r ON r.ArtistId = a.ArtistId;
CREATE TEMP VIEW actual_album AS
SELECT id AS k, title, artist, track_count, names_composers FROM catalogue.album;

CREATE TEMP TABLE expected_track AS
SELECT t.AlbumId || '/' || t.TrackId AS k, t.Name AS title, t.Composer AS composer,
       ifnull((SELECT g.Name FROM shop.Genre g WHERE g.GenreId = t.GenreId), 'unclassified') AS genre,
       ifnull((SELECT m.Name FROM shop.MediaType m WHERE m.MediaTypeId = t.MediaTypeId), 'unknown') AS media_type,
       t.Milliseconds AS length_ms, round(t.UnitPrice, 2) AS price
FROM shop.Track t
WHERE EXISTS (SELECT 1 FROM shop.Album a JOIN shop.Artist r USING (ArtistId) WHERE a.AlbumId = t.AlbumId);
CREATE TEMP VIEW actual_track AS
SELECT album_id || '/' || track_id AS k, title, composer, genre, media_type, length_ms, price
FROM catalogue.album_track;

CREATE TEMP TABLE expected_customer AS
SELECT c.CustomerId AS k, c.FirstName AS first_name, c.LastName AS last_name, c.Company AS company, c.Email AS email,
       c.Phone AS phone, c.Address AS street, c.City AS city, c.State AS region, ifnull(c.Country, 'unknown') AS country,
       c.PostalCode AS postal_code, e.FirstName || ' ' || e.LastName AS support_rep
FROM shop.Customer c LEFT JOIN shop.Employee e ON e.EmployeeId = c.SupportRepId;
CREATE TEMP VIEW actual_customer AS
SELECT id AS k, first_name, last_name, company, email, phone, street, city, region, country, postal_code, support_rep
FROM customers.customer;

CREATE TEMP TABLE expected_staff AS
SELECT e.EmployeeId AS k, e.FirstName || ' ' || e.LastName AS full_name, ifnull(e.Title, 'without title') AS title,
       b.FirstName || ' ' || b.LastName AS reports_to,
       (SELECT count(*) FROM shop.Employee t WHERE t.ReportsTo = e.EmployeeId) AS team_size,
       substr(e.HireDate, 1, 10) AS hired_on
FROM shop.Employee e LEFT JOIN shop.Employee b ON b.EmployeeId = e.ReportsTo;
CREATE TEMP VIEW actual_staff AS
SELECT id AS k, full_name, title, reports_to, team_size, hired_on FROM customers.staff;

CREATE TEMP TABLE expected_invoice AS
SELECT i.InvoiceId AS k, i.CustomerId AS customer_id, c.Email AS customer_email, substr(i.InvoiceDate, 1, 10) AS issued_on,
       (SELECT count(*) FROM shop.InvoiceLine l WHERE l.InvoiceId = i.InvoiceId) AS line_count,
       i.BillingAddress AS street, i.BillingCity AS city, i.BillingState AS region,
       ifnull(i.BillingCountry, 'unknown') AS country, i.BillingPostalCode AS postal_code, round(i.Total, 2) AS total
FROM shop.Invoice i JOIN shop.Customer c ON c.CustomerId = i.CustomerId;
CREATE TEMP VIEW actual_invoice AS
SELECT number AS k, customer_id, customer_email, issued_on, line_count, street, city, region, country, postal_code, total
FROM billing.invoice;

CREATE TEMP TABLE expected_line AS
SELECT l.InvoiceId || '/' || l.InvoiceLineId AS k, l.TrackId AS track_id, ifnull(t.Name, '(withdrawn)') AS track_name,
       round(l.UnitPrice, 2) AS unit_price, l.Quantity AS quantity, round(l.UnitPrice * l.Quantity, 2) AS amount
FROM shop.InvoiceLine l LEFT JOIN shop.Track t ON t.TrackId = l.TrackId
WHERE EXISTS (SELECT 1 FROM shop.Invoice i JOIN shop.Customer c USING (CustomerId) WHERE i.InvoiceId = l.InvoiceId);
CREATE TEMP VIEW actual_line AS
SELECT invoice_number || '/' || line_no AS k, track_id, track_name, unit_price, quantity, amount FROM billing.invoice_line;
