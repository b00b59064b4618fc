-- Which product a version is of, for sums that are made by version.
CREATE VIEW products.report_version WITH (security_invoker = true) AS
  SELECT v.tenant_id, v.id AS product_version_id, p.code AS product_code FROM products.product_version v JOIN products.product p ON p.tenant_id = v.tenant_id AND p.id = v.product_id;
GRANT SELECT ON products.report_version TO loanwright_app;
