-- What each service should hold, worked out from legacy without the plan, and what it holds. `k` is the key as text.

CREATE TEMP TABLE expected_order AS
SELECT o.OrderID AS k, o.CustomerID AS customer,
       CASE WHEN c.CustomerID IS NULL THEN 'counter sale' ELSE ifnull(c.CompanyName, 'unnamed') END AS customer_name,
       CASE WHEN e.EmployeeID IS NULL THEN 'nobody'
            ELSE ifnull(e.FirstName, '') || ' ' || ifnull(e.LastName, '') END AS taken_by,
       substr(o.OrderDate, 1, 10) AS ordered_on, substr(o.RequiredDate, 1, 10) AS required_by,
       (SELECT count(*) FROM legacy."Order Details" d WHERE d.OrderID = o.OrderID) AS positions,
       iif(o.ShippedDate IS NULL, 'open', 'shipped') AS status, substr(o.ShippedDate, 1, 10) AS shipped_on,
       ifnull(s.CompanyName, 'none') AS carrier, round(ifnull(o.Freight, 0), 2) AS freight,
       o.ShipName AS ship_name, o.ShipAddress AS ship_street, o.ShipCity AS ship_city,
       ifnull(o.ShipRegion, 'none') AS ship_region, o.ShipPostalCode AS ship_postal_code,
       ifnull(o.ShipCountry, 'unknown') AS ship_country
FROM legacy.Orders o LEFT JOIN legacy.Customers c ON c.CustomerID = o.CustomerID
LEFT JOIN legacy.Employees e ON e.EmployeeID = o.EmployeeID LEFT JOIN legacy.Shippers s ON s.ShipperID = o.ShipVia;
CREATE TEMP VIEW actual_order AS
SELECT number AS k, customer, customer_name, taken_by, ordered_on, required_by, positions, status, shipped_on, carrier,
       freight, ship_name, ship_street, ship_city, ship_region, ship_postal_code, ship_country
FROM orders.purchase_order;

CREATE TEMP TABLE expected_position AS
SELECT d.OrderID || '/' || d.ProductID AS k, ifnull(p.ProductName, '(discontinued)') AS product,
       round(d.UnitPrice, 2) AS unit_price, d.Quantity AS quantity, round(d.Discount, 3) AS discount
FROM legacy."Order Details" d LEFT JOIN legacy.Products p ON p.ProductID = d.ProductID
WHERE d.OrderID IN (SELECT OrderID FROM legacy.Orders);
CREATE TEMP VIEW actual_position AS
SELECT order_number || '/' || product_id AS k, product, unit_price, quantity, discount FROM orders.order_position;

CREATE TEMP TABLE expected_customer AS
SELECT c.CustomerID AS k, c.CompanyName AS name, c.ContactName AS contact, c.Phone AS phone, c.Fax AS fax,
       c.Address AS street, c.City AS city, ifnull(c.Region, 'none') AS region, c.PostalCode AS postal_code,
       ifnull(c.Country, 'unknown') AS country,
       (SELECT count(*) FROM legacy.Orders o WHERE o.CustomerID = c.CustomerID) AS order_count,
       EXISTS (SELECT 1 FROM legacy.Orders o WHERE o.CustomerID = c.CustomerID AND o.ShippedDate IS NULL) AS has_open_orders
FROM legacy.Customers c WHERE c.CompanyName IS NOT NULL AND c.CustomerID IS NOT NULL;
CREATE TEMP VIEW actual_customer AS
SELECT code AS k, name, contact, phone, fax, street, city, region, postal_code, country, order_count, has_open_orders
FROM customers.customer;

CREATE TEMP TABLE expected_product AS
SELECT p.ProductID AS k, p.ProductName AS name, ifnull(c.CategoryName, 'unsorted') AS category,
       ifnull(s.CompanyName, 'own') AS supplier, p.QuantityPerUnit AS package,
       CASE p.Discontinued WHEN '0' THEN 'available' WHEN '1' THEN 'discontinued' END AS availability,
       round(ifnull(p.UnitPrice, 0), 2) AS price, ifnull(p.UnitsInStock, 0) AS in_stock, ifnull(p.UnitsOnOrder, 0) AS on_order,
       ifnull(p.UnitsInStock, 0) + ifnull(p.UnitsOnOrder, 0) < ifnull(p.ReorderLevel, 0) AS needs_reorder
FROM legacy.Products p LEFT JOIN legacy.Categories c ON c.CategoryID = p.CategoryID
LEFT JOIN legacy.Suppliers s ON s.SupplierID = p.SupplierID
WHERE p.Discontinued IN ('0', '1');
CREATE TEMP VIEW actual_product AS
SELECT id AS k, name, category, supplier, package, availability, price, in_stock, on_order, needs_reorder
FROM products.product;
