/* db/private.h - what the files of db share: a connection, a driver, the queue.
 *
 *	yz_db ─┬─ pool of read connections ── conn ─┬─ driver (sqlite.c, postgres.c)
 *	       ├─ writer thread ───────────── conn ─┤└─ cache of prepared statements (stmt.c)
 *	       └─ checkpointer ────────────── conn ─┘   SQLite's log back into the file
 *
 * A connection runs one statement at a time: start, step … step, end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DB_PRIVATE_H
#define YZ_DB_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "db/db.h"

/* The head of a chain that this batch has locked (ledger.c): it need not be read again. */
struct locked_head {
	char region[64]; /* YZ_LEDGER_REGION and a NUL */
	int64_t seq;
	uint8_t hash[32];
	bool ahead; /* of its row, until the batch commits */
};

enum { HEADS = 16 };

enum { STMTS = 256, PARAMS = YZ_SQL_VALS, HOOKS = 8 };

/* A prepared statement. */
struct stmt {
	struct stmt *next; /* in its bucket */
	uint64_t hash, types, used;
	char *sql;
	void *handle;    /* SQLite's */
	bool rowid;      /* SQLite: an INSERT whose id is asked for afterwards */
	char name[24];   /* PostgreSQL's */
	uint16_t *index; /* SQLite's own numbers of $1 …, from 1; [params] */
	size_t params;
};

struct stmts {
	struct stmt *bucket[STMTS];
	struct stmt *place[STMTS]; /* found last for a text at this place */
	size_t count;
	uint64_t clock;
};

struct yz_conn {
	struct yz_db *db;
	const struct driver *driver;
	struct yz_conn *next;   /* in the pool's idle list */
	struct yz_conn **lease; /* in an arena: who releases it unless we do */
	void *handle;           /* sqlite3 or PGconn */
	void *result;           /* PostgreSQL: the rows at hand */
	int row;                /* PostgreSQL: which of them; SQLite: 1 where it is the id just given */
	struct stmts stmts;
	struct stmt *open; /* the statement that runs */
	bool running;
	bool writer;
	bool wrote;         /* since the writer looked last: something that may have changed rows was run */
	bool spoiled, dead; /* a statement failed; the connection is lost */
	bool again;         /* what failed may succeed when run again: a lock, a deadlock */
	bool cursor;        /* PostgreSQL: the rows come through a cursor */
	bool saved;         /* PostgreSQL: a savepoint to release before the next */
	struct yz_err bad;  /* why it is spoiled */
	struct locked_head heads[HEADS];
	size_t nheads; /* forgotten when anything is undone */
	struct yz_arena *ledger; /* of the entry at hand; NULL before the first, like hasher */
	struct yz_hasher *hasher;
	int64_t changed;
	uint64_t number;          /* PostgreSQL: names for statements */
	char xid[24];             /* PostgreSQL: the transaction that a commit is about */
	char timeline[12];        /* PostgreSQL: of the server that gave xid */
	struct yz_arena *scratch; /* PostgreSQL: bytes of the row at hand */
	int wal_pages, wal_next;  /* SQLite: in the log; when to put it back */
	bool wal_chased;          /* SQLite: it has just been put back but for what came meanwhile */
};

enum outcome { COMMITTED, NOT_COMMITTED, UNKNOWN };

struct driver {
	bool (*open)(struct yz_conn *c, struct yz_err *err);
	void (*close)(struct yz_conn *c);
	/* A snapshot to read, or the writer's batch. */
	bool (*begin)(struct yz_conn *c, struct yz_err *err);
	bool (*savepoint)(struct yz_conn *c, struct yz_err *err);
	bool (*release)(struct yz_conn *c, struct yz_err *err);
	bool (*undo)(struct yz_conn *c, struct yz_err *err); /* to the savepoint */
	enum outcome (*commit)(struct yz_conn *c, struct yz_err *err);
	void (*rollback)(struct yz_conn *c);
	bool (*in_transaction)(struct yz_conn *c);
	/* What became of the commit of a connection that was lost. */
	enum outcome (*outcome)(struct yz_conn *c, const struct yz_conn *lost);
	/* stream: many rows, and the walk may stop before the last. */
	bool (*start)(struct yz_conn *c, const char *sql, size_t n, const struct yz_val *vals, bool stream,
		      struct yz_err *err);
	int (*step)(struct yz_conn *c, struct yz_err *err); /* 1: a row; 0: no more; -1: failed */
	size_t (*columns)(struct yz_conn *c);
	struct yz_val (*value)(struct yz_conn *c, size_t column); /* until the next step */
	void (*end)(struct yz_conn *c);
	/* Statements without parameters, one behind the other. */
	bool (*script)(struct yz_conn *c, const char *sql, struct yz_err *err);
	void (*dispose)(struct yz_conn *c, struct stmt *s);
	/* After a batch was answered: checkpoints. */
	void (*rest)(struct yz_conn *c);
};

extern const struct driver yz_db_sqlite, yz_db_postgres;

struct waiter {
	struct waiter *next;
	yz_instant since; /* yz_ticks */
	atomic_uint word; /* a futex: 1 when it is worth another look */
	bool granted;
};

enum { FAN = 7 };

struct job {
	struct job *next;
	yz_write_fn *fn;
	void *ctx;
	struct yz_err err;
	bool good, bulk;
	atomic_uint done;         /* a futex: the caller sleeps on it */
	atomic_uint *others[FAN]; /* whom the caller wakes in turn, when it is answered */
};

struct writer {
	struct yz_conn *conn;
	struct yz_arena *arena, *inner; /* inner: of a write inside a bulk */
	bool wrote;                     /* those inside before the one at hand */
	pthread_t thread;
	bool started;
	_Atomic(struct job *) arrived; /* the newest first */
	atomic_uint asleep;            /* a futex: 1 while the writer may sleep on it */
	atomic_int waiting;
	atomic_bool stop;
	struct job *first, *last; /* these four: the writer's thread alone */
	int crowd;                /* who wrote or waited when the last batch ended */
	int64_t commit_took;      /* the last one, nanoseconds */
	pthread_mutex_t lock; /* of all below */
	struct yz_db_stats stats;
	struct hook {
		void (*fn)(void *ctx);
		void *ctx;
	} hooks[HOOKS];
	int nhooks;
};

struct checkpointer {
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t cond;
	pthread_t thread;
	bool started, asked, stop;
};

struct yz_db {
	char *dir, *url, *vfs, *file; /* file: DIR/site.db */
	const struct driver *driver;
	int readers, batch;
	int64_t lane;
	pthread_mutex_t lock; /* of the pool */
	struct yz_conn *idle;
	int open, busy;
	struct waiter *first, *last;
	struct writer writer;
	struct checkpointer checkpointer; /* SQLite */
};

/* db.c */
struct yz_conn *yz_conn_create(struct yz_db *db, bool writer, struct yz_err *err);
void yz_conn_destroy(struct yz_conn *c);
/* Ends a statement that a jump left running. */
void yz_conn_settle(struct yz_conn *c);
/* Marks the connection's transaction as spoiled by err; returns false. */
bool yz_conn_spoil(struct yz_conn *c, const struct yz_err *err);

/* ledger.c: brings the rows of the heads up to what this batch has added; before a commit. */
bool yz_ledger_flush(struct yz_conn *c, struct yz_err *err);

/* write.c */
/* The writer's connection, on its thread inside a bulk; else NULL. */
struct yz_conn *yz_bulk_conn(struct yz_db *db);
bool yz_writer_start(struct yz_db *db, struct yz_err *err);
void yz_writer_stop(struct yz_db *db);

/* sqlite.c: puts the log back into the file as far as readers allow; waits for them a moment if told to. */
void yz_sqlite_checkpoint(struct yz_conn *c, bool wait);

/* log_file.c: a VFS over `disk` (by name; NULL: the usual) that gathers what goes to the log; SQLite is configured by then.
 * `disk` where there is no memory for it. */
const char *yz_log_vfs(const char *disk);
void yz_log_forget(void *handle); /* what was gathered for a transaction that has been rolled back */
/* checkpoint.c: the same on a thread of its own, which is there from when it is first asked; by the writer's thread. */
bool yz_checkpoint_ask(struct yz_db *db); /* false: there is no thread */
bool yz_checkpoint_runs(struct yz_db *db);
/* When the writer has stopped. */
void yz_checkpoint_stop(struct yz_db *db);

/* stmt.c: the statement for this text and these types, or NULL; a new one is in the cache and without handle. */
struct stmt *yz_stmt_find(struct yz_conn *c, const char *sql, uint64_t types);
struct stmt *yz_stmt_new(struct yz_conn *c, const char *sql, uint64_t types);
void yz_stmt_drop(struct yz_conn *c, struct stmt *s);
void yz_stmts_clear(struct yz_conn *c);

/* dialect.c: statements for one database; in the arena. */
char *yz_dialect(struct yz_arena *a, const char *sql, bool postgres);
/* The same with the words for types; for migrations and yz_sql_ddl. */
char *yz_dialect_ddl(struct yz_arena *a, const char *sql, bool postgres);

#endif
