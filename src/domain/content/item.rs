//! A service item (服务事项) with its standard: what the guide tells once and completely.

use serde::{Deserialize, Serialize};

use super::Text;

/// A kind of service (亮标准).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Small letters, digits, hyphens; unique within the center.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// The department that does it.
    pub department: Text,
    /// The first letters of the Chinese name's pinyin, such as `jkzbl`.
    pub initials: String,
    /// Where it is done, such as 2 楼 5 号窗口.
    pub place: Text,
    /// When, such as 周一至周五 8:00–17:00.
    pub hours: Text,
    /// The promised time limit (承诺时限).
    pub promised: Option<TimeLimit>,
    /// The legal time limit (法定时限).
    pub legal: Option<TimeLimit>,
    /// The fees; none means free of charge.
    pub fees: Vec<Fee>,
    /// The document that the fees, or their absence, rest on.
    pub fee_basis: Text,
    /// Materials needed (一次性告知).
    pub materials: Vec<Text>,
    /// Steps, in order.
    pub steps: Vec<Text>,
    /// The responsible person's name (首问负责).
    pub responsible: Text,
    /// The responsible person's telephone.
    pub phone: String,
    /// Whether it is done at this window; such items come first on the pad.
    pub here: bool,
}

/// How long a service may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeLimit {
    /// How many; 0 means on the spot (当场办结).
    pub amount: u32,
    /// Of what.
    pub unit: TimeUnit,
}

/// What a time limit is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// 分钟
    Minutes,
    /// 小时
    Hours,
    /// 工作日
    WorkingDays,
    /// 日
    Days,
}

/// One line of a fee table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fee {
    /// What is paid for.
    pub name: Text,
    /// The amount in fen (hundredths of a yuan).
    pub fen: u32,
    /// Per what, such as 剂 or 人次; may be empty.
    pub per: Text,
    /// The document it rests on; empty where that of the item holds.
    pub basis: Text,
}
