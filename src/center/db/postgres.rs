//! PostgreSQL behind the handle: a pool of connections, and one turn to write.

mod schema;
mod values;

use std::{
    error::Error as _, future::poll_fn, pin::pin, str::FromStr, sync::Arc, task::Poll,
    time::Duration,
};

use deadpool_postgres::{
    ClientWrapper, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime,
};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_postgres::{
    Config, NoTls, Statement,
    binary_copy::BinaryCopyInWriter,
    config::SslMode,
    error::SqlState,
    types::{ToSql, Type},
};

use super::{Error, Health, Row, Value, check_count};

const CONNECTIONS: usize = 16;
/// Statements that are under way at once in `run_many`.
const PIPELINE: usize = 128;
const PATIENCE: Duration = Duration::from_secs(10);

/// The lock makes writers of several centers take turns, as the semaphore does within one.
const BEGIN: &str = "begin read write; select pg_advisory_xact_lock(7310579412)";

#[derive(Clone)]
pub(super) struct Server {
    pool: Pool,
    turn: Arc<Semaphore>,
}

impl Server {
    pub(super) async fn connect(url: &str) -> Result<Self, Error> {
        let mut config = parse(url)?;
        schema::update(&config).await?;
        // Only `begin` may write, as on SQLite.
        let options = config.get_options().unwrap_or_default();
        let options = format!("{options} -c default_transaction_read_only=on");
        config.options(options.trim());
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let pool = Pool::builder(Manager::from_config(config, NoTls, recycling))
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .build()
            .map_err(|error| Error::Lost(error.to_string()))?;
        Ok(Self { pool, turn: Arc::new(Semaphore::new(1)) })
    }

    pub(super) async fn read(&self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, Error> {
        let client = self.client().await?;
        query(&client, sql, &params).await
    }

    pub(super) async fn begin(&self) -> Result<Tx, Error> {
        let turn = self.turn.clone().acquire_owned().await;
        let turn = turn.map_err(|error| Error::Lost(error.to_string()))?;
        let client = Some(self.client().await?);
        let mut tx = Tx { client, health: Health::default(), turn: Some(turn) };
        tx.execute(BEGIN).await?;
        Ok(tx)
    }

    async fn client(&self) -> Result<Object, Error> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => Error::Lost(explain(&error)),
            other => Error::Lost(other.to_string()),
        })
    }
}

/// The address is not repeated in an error: it may hold a password.
fn parse(url: &str) -> Result<Config, Error> {
    let refused = |problem: &str| Error::Refused(format!("the database address: {problem}"));
    let no_tls =
        || refused("TLS to PostgreSQL is not supported, remove sslmode or let it be disable");
    if url.contains("sslmode=verify-") {
        return Err(no_tls());
    }
    let mut config = Config::from_str(url).map_err(|error| refused(&explain(&error)))?;
    if config.get_ssl_mode() == SslMode::Require {
        return Err(no_tls());
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(3 * PATIENCE);
    }
    if config.get_application_name().is_none() {
        config.application_name("pingyi");
    }
    Ok(config)
}

pub(super) struct Tx {
    /// Here until the commit has succeeded.
    client: Option<Object>,
    health: Health,
    turn: Option<OwnedSemaphorePermit>,
}

impl Tx {
    pub(super) async fn read(&mut self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, Error> {
        let client = enter(&self.client, &mut self.health)?;
        let outcome = query(client, sql, &params).await;
        self.health.leave(outcome)
    }

    pub(super) async fn read_many(
        &mut self,
        sql: &'static str,
        each: Vec<Vec<Value>>,
    ) -> Result<Vec<Vec<Row>>, Error> {
        let mut answers = Vec::with_capacity(each.len());
        for params in each {
            answers.push(self.read(sql, params).await?);
        }
        Ok(answers)
    }

    pub(super) async fn run(&mut self, sql: &str, params: Vec<Value>) -> Result<u64, Error> {
        let client = enter(&self.client, &mut self.health)?;
        let outcome = run_many(client, sql, &[params]).await;
        self.health.leave(outcome)
    }

    pub(super) async fn run_many(
        &mut self,
        sql: &'static str,
        rows: Vec<Vec<Value>>,
    ) -> Result<u64, Error> {
        let client = enter(&self.client, &mut self.health)?;
        let outcome = run_many(client, sql, &rows).await;
        self.health.leave(outcome)
    }

    pub(super) async fn append(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        rows: Vec<Vec<Value>>,
    ) -> Result<(), Error> {
        let client = enter(&self.client, &mut self.health)?;
        let outcome = copy_in(client, table, columns, &rows).await;
        self.health.leave(outcome)
    }

    pub(super) async fn commit(mut self) -> Result<(), Error> {
        self.execute("commit").await?;
        self.client = None;
        Ok(())
    }

    async fn execute(&mut self, sql: &str) -> Result<(), Error> {
        let client = enter(&self.client, &mut self.health)?;
        let outcome = client.batch_execute(sql).await.map_err(|source| failed(sql, source));
        self.health.leave(outcome)
    }
}

fn enter<'a>(client: &'a Option<Object>, health: &mut Health) -> Result<&'a ClientWrapper, Error> {
    health.enter()?;
    client.as_deref().ok_or_else(|| Error::Lost("the transaction is over".to_owned()))
}

impl Drop for Tx {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else {
            return;
        };
        let turn = self.turn.take();
        let running = self.health == Health::Running;
        match Handle::try_current() {
            // Out of the pool first: a runtime that ends may never run this, and then the closed
            // connection is rolled back by the server.
            Ok(runtime) => drop(runtime.spawn(roll_back(Object::take(client), running, turn))),
            // A closed connection is rolled back by the server.
            Err(_) => drop(Object::take(client)),
        }
    }
}

/// Takes a transaction back and only then gives the turn to the next.
async fn roll_back(client: ClientWrapper, running: bool, turn: Option<OwnedSemaphorePermit>) {
    if running {
        // The statement of a cancelled call goes on at the server until it is told.
        drop(timeout(PATIENCE, client.cancel_token().cancel_query(NoTls)).await);
    } else {
        drop(timeout(PATIENCE, client.batch_execute("rollback")).await);
    }
    drop((client, turn));
}

async fn prepare(client: &ClientWrapper, sql: &str) -> Result<Statement, Error> {
    client.prepare_cached(sql).await.map_err(|source| failed(sql, source))
}

async fn query(client: &ClientWrapper, sql: &str, params: &[Value]) -> Result<Vec<Row>, Error> {
    let statement = prepare(client, sql).await?;
    check_count(sql, statement.params().len(), params.len())?;
    let rows = client.query(&statement, &borrow(params)).await;
    values::rows(&statement, &rows.map_err(|source| failed(sql, source))?)
}

/// Sends up to [`PIPELINE`] statements before it waits for the first answer.
async fn run_many(client: &ClientWrapper, sql: &str, rows: &[Vec<Value>]) -> Result<u64, Error> {
    let statement = prepare(client, sql).await?;
    for row in rows {
        check_count(sql, statement.params().len(), row.len())?;
    }
    let mut changed = 0;
    for rows in rows.chunks(PIPELINE) {
        let params: Vec<_> = rows.iter().map(|row| borrow(row)).collect();
        let mut calls: Vec<_> =
            params.iter().map(|params| Box::pin(client.execute(&statement, params))).collect();
        // The first poll sends. Who has an answer already is not polled again.
        let mut answers = Vec::with_capacity(calls.len());
        poll_fn(|cx| {
            answers.extend(calls.iter_mut().map(|call| call.as_mut().poll(cx)));
            Poll::Ready(())
        })
        .await;
        for (call, answer) in calls.into_iter().zip(answers) {
            let answer = match answer {
                Poll::Ready(answer) => answer,
                Poll::Pending => call.await,
            };
            changed += answer.map_err(|source| failed(sql, source))?;
        }
    }
    Ok(changed)
}

async fn copy_in(
    client: &ClientWrapper,
    table: &str,
    columns: &[&str],
    rows: &[Vec<Value>],
) -> Result<(), Error> {
    let columns = columns.join(", ");
    let asked = prepare(client, &format!("select {columns} from {table} limit 0")).await?;
    let types: Vec<Type> = asked.columns().iter().map(|column| column.type_().clone()).collect();
    let sql = format!("copy {table}({columns}) from stdin (format binary)");
    for row in rows {
        check_count(&sql, types.len(), row.len())?;
    }
    let copied = async {
        let mut writer = pin!(BinaryCopyInWriter::new(client.copy_in(&sql).await?, &types));
        for row in rows {
            writer.as_mut().write(&borrow(row)).await?;
        }
        writer.finish().await
    };
    copied.await.map(|_| ()).map_err(|source| failed(&sql, source))
}

fn borrow(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn failed(sql: &str, source: tokio_postgres::Error) -> Error {
    Error::Postgres { sql: sql.to_owned(), source }
}

/// The server's own words, which the error by itself does not show.
pub(super) fn explain(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(said), _) => format!("{} ({})", said.message(), said.code().code()),
        (None, Some(cause)) => format!("{error}: {cause}"),
        (None, None) => error.to_string(),
    }
}

pub(super) fn is_retryable(error: &tokio_postgres::Error) -> bool {
    let Some(code) = error.code() else {
        let cause = error.source();
        return error.is_closed() || cause.is_some_and(|cause| cause.is::<std::io::Error>());
    };
    let retryable = [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::TOO_MANY_CONNECTIONS,
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
    ];
    retryable.contains(code) || code.code().starts_with("08")
}
