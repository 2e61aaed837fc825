//! Figures of badge and wall: they change at the close of a day, and by ten ratings at least.

use pingyi::center::content::store;
use pingyi::center::db::Value;
use pingyi::domain::Day;
use pingyi::settings::sample_office;

use super::House;
use crate::support::postgres;
use crate::support::world::{Driven, World, until};

const DAY: i64 = 24 * 3_600_000;
/// 2026-11-03 00:10 in China.
const NIGHT: i64 = 1_793_635_800_000;

impl House {
    /// Counts ratings of one level, as intake does.
    async fn rate(&self, day: i64, person: &str, level: i64, with_service: i64, n: i64) {
        let sql = "insert into rollups(day, hour, window_id, employee_no, item_id, level,
                                       with_service, channel, n)
                   values ($1, 9, 'w3', $2, '', $3, $4, 'terminal', $5)
                   on conflict (day, hour, window_id, employee_no, item_id, level, with_service,
                                channel)
                   do update set n = rollups.n + excluded.n";
        let values: Vec<Value> =
            vec![day.into(), person.into(), level.into(), with_service.into(), n.into()];
        let mut tx = self.center.db.begin().await.unwrap();
        tx.run(sql, values).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn night(&self, at: i64) -> Option<i64> {
        self.clock.set(at);
        self.center.closer().close_if_due().await.unwrap().map(Day::number)
    }

    /// Month, rated, dissatisfied, rectified of window 3; and rated of its people.
    async fn shown(&self) -> (i64, Option<(u32, u32, u32)>, Vec<(String, u32)>) {
        let bundle = self.bundle("w3").await;
        let figures = bundle.wall.figures.map(|f| (f.rated, f.dissatisfied, f.rectified));
        let people = bundle
            .staff
            .iter()
            .filter_map(|member| Some((member.badge.employee_no.clone(), member.month?.rated)));
        (bundle.wall.month, figures, people.collect())
    }
}

fn lin(rated: u32) -> Vec<(String, u32)> {
    vec![("0317".to_owned(), rated)]
}

#[tokio::test]
async fn figures_change_at_night_on_sqlite() {
    tell(House::open(None).await).await;
}

#[tokio::test]
async fn figures_change_at_night_on_postgres() {
    tell(House::open(Some(postgres::database().await)).await).await;
}

async fn tell(house: House) {
    house.clock.set(NIGHT);
    house.import(&sample_office().unwrap()).await;
    nine_are_not_shown(&house).await;
    ten_are_shown_after_midnight(&house).await;
    few_of_a_colleague_stay_hidden_in_the_window_too(&house).await;
    a_month_gives_way_to_the_next(&house).await;
}

async fn nine_are_not_shown(house: &House) {
    house.rate(20_261_101, "0317", 1, 1, 9).await;
    assert_eq!(house.night(NIGHT).await, Some(20_261_102));
    assert_eq!(house.shown().await, (202_611, None, vec![]));
    assert_eq!(house.bundle("w3").await.version, 1, "nothing new");
    house.rate(20_261_103, "0317", 3, 1, 1).await;
    assert_eq!(house.night(NIGHT + DAY / 2).await, None, "closed already");
    house.import(&sample_office().unwrap()).await;
    assert_eq!(house.shown().await, (202_611, None, vec![]), "an import is not the close");
}

async fn ten_are_shown_after_midnight(house: &House) {
    assert_eq!(house.night(NIGHT + DAY).await, Some(20_261_103));
    assert_eq!(house.shown().await, (202_611, Some((10, 1, 1)), lin(10)));
    let bundle = house.bundle("w3").await;
    let figures = bundle.wall.figures.unwrap();
    assert_eq!((figures.services, figures.rated_services), (10, 10));
    assert_eq!((figures.permille, figures.low, figures.high), (900, 596, 982));
    let month = bundle.member("0317").unwrap().month.unwrap();
    assert_eq!((month.permille, month.rated), (900, 10));
    assert_eq!(house.bundle("w5").await.wall.figures, None);
    // The day goes on, and nobody sees it.
    house.rate(20_261_104, "0317", 1, 0, 27).await;
    house.rate(20_261_104, "0317", 3, 0, 5).await;
    house.import(&sample_office().unwrap()).await;
    assert_eq!(house.shown().await, (202_611, Some((10, 1, 1)), lin(10)));
    assert_eq!(house.night(NIGHT + 2 * DAY).await, Some(20_261_104));
    assert_eq!(house.shown().await, (202_611, Some((42, 6, 4)), lin(42)));
    let figures = house.bundle("w3").await.wall.figures.unwrap();
    assert_eq!((figures.services, figures.rated_services), (10, 10));
}

async fn few_of_a_colleague_stay_hidden_in_the_window_too(house: &House) {
    let version = house.bundle("w3").await.version;
    house.rate(20_261_105, "0318", 3, 0, 5).await;
    house.rate(20_261_105, "0317", 1, 0, 9).await;
    house.night(NIGHT + 3 * DAY).await;
    assert_eq!(house.shown().await, (202_611, Some((42, 6, 4)), lin(42)));
    assert_eq!(house.bundle("w3").await.version, version, "nothing new, nothing sent");
    house.rate(20_261_106, "0318", 1, 0, 5).await;
    house.night(NIGHT + 4 * DAY).await;
    let both = vec![("0317".to_owned(), 42), ("0318".to_owned(), 10)];
    assert_eq!(house.shown().await, (202_611, Some((52, 11, 4)), both));
}

async fn a_month_gives_way_to_the_next(house: &House) {
    let both = vec![("0317".to_owned(), 42), ("0318".to_owned(), 10)];
    assert_eq!(house.night(NIGHT + 29 * DAY).await, Some(20_261_201));
    assert_eq!(house.shown().await, (202_611, Some((52, 11, 4)), both), "until there is more");
    house.rate(20_261_202, "0317", 1, 0, 12).await;
    // What a terminal brings late still joins its own month.
    house.rate(20_261_130, "0318", 1, 0, 10).await;
    house.night(NIGHT + 30 * DAY).await;
    let people = vec![("0317".to_owned(), 12), ("0318".to_owned(), 20)];
    assert_eq!(house.shown().await, (202_612, Some((12, 0, 0)), people));
    assert_eq!(house.night(NIGHT + 91 * DAY).await, Some(20_270_201));
    assert_eq!(house.shown().await, (202_702, None, vec![]), "two months old is too old");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_center_that_runs_closes_the_day_by_itself() {
    let clock = Driven::new();
    clock.set(NIGHT);
    let world = World::with(None, clock, &[]).await;
    until("the day is closed", || async {
        let closed = store::last_closed(&world.center.db).await.unwrap();
        (closed.map(Day::number) == Some(20_261_102)).then_some(())
    })
    .await;
}
