//! The center's schema on PostgreSQL, brought up to date over a connection of its own.

use tokio_postgres::{Client, Config, NoTls};

use super::{super::migrations, explain, failed};
use crate::{
    center::db::Error,
    sqlite::{self, Migration, now_ms, pending},
};

/// Held until the connection closes, so that centers that start together migrate once.
const LOCK: &str = "select pg_advisory_lock(7310579411)";

const TABLE: &str = "create table if not exists migrations(
    number bigint primary key, name text not null,
    sha256 text not null, applied_at bigint not null)";

pub(super) async fn update(config: &Config) -> Result<(), Error> {
    let connected = config.connect(NoTls).await;
    let (mut client, connection) = connected.map_err(|error| Error::Lost(explain(&error)))?;
    let connection = tokio::spawn(connection);
    let updated = migrate(&mut client).await;
    drop(client);
    // It ends when the server has been told; its outcome says nothing that is not known.
    drop(connection.await);
    updated
}

async fn migrate(client: &mut Client) -> Result<(), Error> {
    check_encoding(client).await?;
    for sql in [LOCK, TABLE] {
        client.batch_execute(sql).await.map_err(|source| failed(sql, source))?;
    }
    let applied = applied(client).await?;
    let pending = pending(migrations::POSTGRES, &applied).map_err(sqlite::Error::from)?;
    for migration in pending {
        let done = apply(client, migration).await;
        done.map_err(|source| failed(&format!("migration {}", migration.name), source))?;
    }
    Ok(())
}

async fn check_encoding(client: &Client) -> Result<(), Error> {
    let sql = "show server_encoding";
    let row = client.query_one(sql, &[]).await.map_err(|source| failed(sql, source))?;
    match row.try_get::<_, String>(0).map_err(|source| failed(sql, source))?.as_str() {
        "UTF8" => Ok(()),
        other => Err(Error::Refused(format!("the database holds {other}, it must hold UTF8"))),
    }
}

async fn applied(client: &Client) -> Result<Vec<(i64, String)>, Error> {
    let sql = "select number, sha256 from migrations order by number";
    let rows = client.query(sql, &[]).await.map_err(|source| failed(sql, source))?;
    let pairs = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    pairs.collect::<Result<_, _>>().map_err(|source| failed(sql, source))
}

async fn apply(client: &mut Client, migration: &Migration) -> Result<(), tokio_postgres::Error> {
    let tx = client.transaction().await?;
    tx.batch_execute(migration.sql).await?;
    tx.execute(
        "insert into migrations(number, name, sha256, applied_at) values ($1, $2, $3, $4)",
        &[&migration.number, &migration.name, &migration.sha256(), &now_ms()],
    )
    .await?;
    tx.commit().await
}
