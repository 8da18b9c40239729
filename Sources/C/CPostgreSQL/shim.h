// PostgreSQL's C client library.
#ifndef BANYAN_CPOSTGRESQL_H
#define BANYAN_CPOSTGRESQL_H
#include <libpq-fe.h>

// The codes of an error's fields, which are character constants that Swift cannot import.
enum {
    BANYAN_PG_SQLSTATE = PG_DIAG_SQLSTATE,
    BANYAN_PG_PRIMARY = PG_DIAG_MESSAGE_PRIMARY,
    BANYAN_PG_SCHEMA = PG_DIAG_SCHEMA_NAME,
    BANYAN_PG_TABLE = PG_DIAG_TABLE_NAME,
    BANYAN_PG_COLUMN = PG_DIAG_COLUMN_NAME,
    BANYAN_PG_DATATYPE = PG_DIAG_DATATYPE_NAME,
    BANYAN_PG_CONSTRAINT = PG_DIAG_CONSTRAINT_NAME
};

// Notices (a table that is there already, a hint) are nobody's error and may hold values: they are dropped.
static inline void banyan_pg_drop_notice(void *unused, const PGresult *notice) {
    (void)unused;
    (void)notice;
}
static inline void banyan_pg_drop_notices(PGconn *connection) {
    PQsetNoticeReceiver(connection, banyan_pg_drop_notice, (void *)0);
}
#endif
