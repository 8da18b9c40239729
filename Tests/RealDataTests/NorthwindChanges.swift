/// What happens to the wholesaler while its database is migrated.
enum NorthwindChanges {
    /// Rows that many aggregates look up, and keys that others refer to.
    static let lookups = """
        UPDATE Shippers SET CompanyName = 'Flotter Versand GmbH' WHERE ShipperID = 1;
        DELETE FROM Shippers WHERE ShipperID = 3;
        UPDATE Products SET ProductName = 'Chai, loose' WHERE ProductID = 1;
        DELETE FROM Products WHERE ProductID = 11;
        UPDATE Employees SET LastName = NULL WHERE EmployeeID = 2;
        UPDATE Categories SET CategoryName = 'Drinks' WHERE CategoryID = 1;
        UPDATE Categories SET CategoryName = NULL WHERE CategoryID = 2;
        DELETE FROM Suppliers WHERE SupplierID = 5;
        BEGIN;
        UPDATE Customers SET CustomerID = 'ALFK2' WHERE CustomerID = 'ALFKI';
        UPDATE Orders SET CustomerID = 'ALFK2' WHERE CustomerID = 'ALFKI';
        COMMIT;
        BEGIN;
        UPDATE Customers SET CustomerID = 'zzzzz' WHERE CustomerID = 'ANATR';
        UPDATE Customers SET CustomerID = 'ANATR' WHERE CustomerID = 'ANTON';
        UPDATE Customers SET CustomerID = 'ANTON' WHERE CustomerID = 'zzzzz';
        COMMIT;
        UPDATE Customers SET CustomerID = lower(CustomerID) WHERE CustomerID = 'BERGS';
        UPDATE Customers SET CompanyName = NULL WHERE CustomerID = 'VINET';
        UPDATE Customers SET CompanyName = 'Vins et alcools' WHERE CustomerID = 'VINET';
        DELETE FROM Customers WHERE CustomerID = 'HANAR';
        """

    /// Orders and their positions.
    static let orders = """
        BEGIN;
        INSERT INTO Orders (OrderID, CustomerID, OrderDate, Freight, ShipCountry)
            VALUES (20000, 'BLAUS', '2026-02-01 09:30:00', 3.14159, 'Germany');
        INSERT INTO "Order Details"
            VALUES (20000, 1, 18.123, 2, 0.05), (20000, 2, 19, 1, 0.1 + 0.05), (20000, 3, 10, 7, 0);
        COMMIT;
        INSERT INTO Orders (OrderID, OrderDate, Freight)
            VALUES (20001, '2026-02-02 00:00:00.000', NULL);
        BEGIN;
        DELETE FROM "Order Details" WHERE OrderID = 10300;
        DELETE FROM Orders WHERE OrderID = 10300;
        COMMIT;
        DELETE FROM "Order Details" WHERE OrderID = 10301;
        UPDATE "Order Details" SET ProductID = ProductID + 100 WHERE OrderID = 10302;
        BEGIN;
        UPDATE "Order Details" SET ProductID = -1 WHERE OrderID = 10248 AND ProductID = 42;
        UPDATE "Order Details" SET ProductID = 42 WHERE OrderID = 10248 AND ProductID = 72;
        UPDATE "Order Details" SET ProductID = 72 WHERE OrderID = 10248 AND ProductID = -1;
        COMMIT;
        UPDATE "Order Details" SET OrderID = 10400 WHERE OrderID = 10401;
        BEGIN;
        UPDATE Orders SET OrderID = 30000 WHERE OrderID = 10500;
        UPDATE "Order Details" SET OrderID = 30000 WHERE OrderID = 10500;
        COMMIT;
        REPLACE INTO "Order Details" VALUES (10249, 14, 18.6, 99, 0.333);
        REPLACE INTO Orders (OrderID, CustomerID, OrderDate, ShippedDate)
            VALUES (10250, 'HANAR', '1996-07-08 00:00:00', '1996-07-12 00:00:00');
        UPDATE Orders SET ShippedDate = '1998-06-01 00:00:00.000'
            WHERE ShippedDate IS NULL AND OrderID % 2 = 0;
        UPDATE Orders SET ShippedDate = NULL WHERE OrderID BETWEEN 10600 AND 10610;
        UPDATE Orders SET Freight = Freight * 1.0701 WHERE OrderID BETWEEN 10700 AND 10800;
        UPDATE Orders SET CustomerID = NULL WHERE OrderID = 10255;
        UPDATE Orders SET CustomerID = 'NOONE' WHERE OrderID = 10256;
        UPDATE "Order Details" SET Discount = Discount + 0.1 WHERE Discount BETWEEN 0.01 AND 0.8;
        UPDATE Products SET UnitPrice = UnitPrice * 1.0301, UnitsInStock = NULL WHERE ProductID % 5 = 0;
        UPDATE Products SET ProductID = ProductID + 1000 WHERE ProductID > 70;
        BEGIN; DELETE FROM Orders; DELETE FROM Products; ROLLBACK;
        """

    /// Rows that nobody can translate, and one that somebody repairs at once.
    static let mistakes = """
        UPDATE Products SET Discontinued = 'maybe' WHERE ProductID IN (3, 4);
        UPDATE Products SET Discontinued = '1' WHERE ProductID = 4;
        INSERT INTO Customers (CustomerID, CompanyName) VALUES ('NONAM', NULL);
        UPDATE Orders SET OrderDate = 'next week' WHERE OrderID = 10260;
        """

    /// The same rows, put right; the one without a name goes.
    static let repairs = """
        UPDATE Products SET Discontinued = '0' WHERE ProductID = 3;
        DELETE FROM Customers WHERE CustomerID = 'NONAM';
        UPDATE Orders SET OrderDate = '1996-07-19 00:00:00.000' WHERE OrderID = 10260;
        """

    /// On PostgreSQL, where references are enforced: rows that many aggregates look up, and keys.
    static let lookupsOnServer = """
        UPDATE shippers SET company_name = 'Flotter Versand GmbH' WHERE shipper_id = 1;
        DELETE FROM shippers WHERE shipper_id = 6;
        UPDATE products SET product_name = 'Chai, loose' WHERE product_id = 1;
        UPDATE employees SET last_name = '' WHERE employee_id = 2;
        UPDATE categories SET category_name = 'Drinks' WHERE category_id = 1;
        BEGIN;
        UPDATE products SET supplier_id = NULL WHERE supplier_id = 5;
        DELETE FROM suppliers WHERE supplier_id = 5;
        COMMIT;
        BEGIN;
        INSERT INTO customers SELECT 'ALFK2', company_name, contact_name, contact_title, address, city,
            region, postal_code, country, phone, fax FROM customers WHERE customer_id = 'ALFKI';
        UPDATE orders SET customer_id = 'ALFK2' WHERE customer_id = 'ALFKI';
        DELETE FROM customers WHERE customer_id = 'ALFKI';
        COMMIT;
        BEGIN;
        UPDATE customers SET customer_id = 'zzzzz' WHERE customer_id = 'PARIS';
        UPDATE customers SET customer_id = 'PARIS' WHERE customer_id = 'FISSA';
        UPDATE customers SET customer_id = 'FISSA' WHERE customer_id = 'zzzzz';
        COMMIT;
        UPDATE customers SET customer_id = lower(customer_id) WHERE customer_id = 'PARIS';
        """

    /// On PostgreSQL: orders and their positions.
    static let ordersOnServer = """
        BEGIN;
        INSERT INTO orders (order_id, customer_id, order_date, freight, ship_country)
            VALUES (20000, 'BLAUS', '2026-02-01', 3.14159, 'Germany');
        INSERT INTO order_details
            VALUES (20000, 1, 18.123, 2, 0.05), (20000, 2, 19, 1, 0.1 + 0.05), (20000, 3, 10, 7, 0);
        COMMIT;
        INSERT INTO orders (order_id, order_date, freight) VALUES (20001, '2026-02-02', NULL);
        BEGIN;
        DELETE FROM order_details WHERE order_id = 10300;
        DELETE FROM orders WHERE order_id = 10300;
        COMMIT;
        DELETE FROM order_details WHERE order_id = 10301;
        BEGIN;
        UPDATE order_details SET product_id = 1 WHERE order_id = 10248 AND product_id = 42;
        UPDATE order_details SET product_id = 42 WHERE order_id = 10248 AND product_id = 72;
        UPDATE order_details SET product_id = 72 WHERE order_id = 10248 AND product_id = 1;
        COMMIT;
        UPDATE order_details SET order_id = 10400 WHERE order_id = 10401;
        BEGIN;
        INSERT INTO orders SELECT 30000, customer_id, employee_id, order_date, required_date, shipped_date,
            ship_via, freight, ship_name, ship_address, ship_city, ship_region, ship_postal_code, ship_country
            FROM orders WHERE order_id = 10500;
        UPDATE order_details SET order_id = 30000 WHERE order_id = 10500;
        DELETE FROM orders WHERE order_id = 10500;
        COMMIT;
        UPDATE orders SET shipped_date = '1998-06-01' WHERE shipped_date IS NULL AND order_id % 2 = 0;
        UPDATE orders SET shipped_date = NULL WHERE order_id BETWEEN 10600 AND 10610;
        UPDATE orders SET freight = freight * 1.0701 WHERE order_id BETWEEN 10700 AND 10800;
        UPDATE orders SET customer_id = NULL WHERE order_id = 10255;
        UPDATE order_details SET discount = discount + 0.1 WHERE discount BETWEEN 0.01 AND 0.8;
        UPDATE products SET unit_price = unit_price * 1.0301, units_in_stock = NULL
            WHERE product_id % 5 = 0;
        BEGIN; DELETE FROM order_details; DELETE FROM orders; ROLLBACK;
        """
}
