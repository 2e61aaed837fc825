use std::collections::BTreeMap;

use super::*;

fn rated(satisfied: i64, basic: i64, dissatisfied: i64) -> Counted {
    Counted { tally: Tally { satisfied, basic, dissatisfied }, ..Counted::default() }
}

#[test]
fn figures_change_by_ten_ratings_and_not_by_fewer() {
    for (before, now, released) in [
        (rated(0, 0, 0), rated(9, 0, 0), false),
        (rated(0, 0, 0), rated(8, 1, 1), true),
        (rated(10, 0, 0), rated(18, 0, 1), false),
        (rated(10, 0, 0), rated(18, 1, 1), true),
        // A correction alone changes nothing, and is told with the next ten.
        (rated(10, 0, 0), rated(9, 0, 1), false),
        (rated(10, 0, 0), rated(17, 0, 3), true),
        // What was taken back is not told either.
        (rated(30, 0, 0), rated(12, 0, 0), false),
        (rated(30, 0, 0), rated(30, 0, 0), false),
    ] {
        assert_eq!(is_released(before, now), released, "{before:?} {now:?}");
    }
}

/// Two people at one window, one of them at another too, for two months of uneven days: whatever
/// two published figures are subtracted, no fewer than ten ratings are left.
#[test]
fn no_subtraction_of_published_figures_leaves_fewer_than_ten() {
    let cells = [("w1", "0101"), ("w1", "0102"), ("w2", "0102"), ("w1", "")];
    let mut counted = BTreeMap::<_, i64>::new();
    let mut released = BTreeMap::<_, i64>::new();
    let mut published = Vec::<BTreeMap<_, i64>>::new();
    let mut dice = 7_u64;
    for _ in 0..60 {
        for cell in cells {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888);
            let given = i64::try_from(dice >> 60).unwrap_or_default();
            let now = counted.entry(cell).or_default();
            *now += given;
            let before = released.entry(cell).or_default();
            if is_released(rated(*before, 0, 0), rated(*now, 0, 0)) {
                *before = *now;
            }
        }
        let sum = |is_in: &dyn Fn(&(&str, &str)) -> bool| -> BTreeMap<_, i64> {
            released.iter().filter(|(cell, _)| is_in(cell)).map(|(cell, n)| (*cell, *n)).collect()
        };
        published.push(sum(&|(window, _)| *window == "w1"));
        published.push(sum(&|(window, _)| *window == "w2"));
        published.push(sum(&|(_, person)| *person == "0101"));
        published.push(sum(&|(_, person)| *person == "0102"));
    }
    for one in &published {
        for other in &published {
            for cell in cells {
                let part = |of: &BTreeMap<_, i64>| of.get(&cell).copied().unwrap_or_default();
                let left = (part(one) - part(other)).abs();
                assert!(left == 0 || left >= SHOWN_FROM, "{left} of {cell:?}");
            }
        }
    }
    assert!(released.values().all(|n| *n >= 100), "{released:?}");
}

#[test]
fn a_day_is_closed_once_and_after_it_is_over() {
    let midnight = 1_793_462_400_000; // 2026-11-01 00:00 in China
    let day = |number| Day::from_number(number);
    for (last, now, closed) in [
        (None, midnight, day(20_261_031)),
        (None, midnight - 1, day(20_261_030)),
        (day(20_261_031), midnight, None),
        (day(20_261_030), midnight - 1, None),
        (day(20_261_030), midnight, day(20_261_031)),
        (day(20_261_001), midnight, day(20_261_031)),
        // The clock was set back: what is closed stays closed.
        (day(20_261_105), midnight, None),
    ] {
        assert_eq!(due(last, now), closed, "{last:?} {now}");
    }
}

#[test]
fn late_ratings_find_their_month_until_the_next_is_over() {
    let day = Day::from_number(20_260_105).unwrap();
    assert_eq!(months(day), [202_601, 202_512]);
    assert_eq!(first_day(day).number(), 20_251_201);
}

#[test]
fn a_window_s_figures_stand_with_their_interval() {
    let counted = Counted {
        services: 1306,
        rated_services: 600,
        tally: Tally { satisfied: 580, basic: 19, dissatisfied: 13 },
    };
    let figures = figures(counted, 11).unwrap();
    assert_eq!((figures.services, figures.rated, figures.rated_services), (1306, 612, 600));
    assert_eq!((figures.permille, figures.low, figures.high), (979, 964, 988));
    assert_eq!((figures.dissatisfied, figures.rectified), (13, 11));
    assert_eq!(super::figures(counted, 40).unwrap().rectified, 13, "never more than there are");
    assert_eq!(super::figures(rated(9, 0, 0), 0), None);
    let month = MonthFigures { permille: 979, rated: 612 };
    assert_eq!(month_figures(counted), Some(month));
    assert_eq!(month_figures(rated(5, 4, 0)), None);
}

#[test]
fn the_letters_of_an_item_are_those_of_its_pinyin() {
    for (name, letters) in [
        ("健康证办理", "jkzbl"),
        ("HPV 疫苗（九价）接种", "hpvymjjjz"),
        ("24 小时动态", "24xsdt"),
        ("水质 pH 值检测", "szphzjc"),
        ("", ""),
    ] {
        assert_eq!(initials(name), letters, "{name}");
    }
}
