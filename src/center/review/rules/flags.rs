//! What a flag says on a page.

/// The rules by which something is flagged, in the order of a filter, each with its words.
pub const RULES: [(&str, &str); 29] = [
    ("two_windows", "同一人同时在两个窗口上岗"),
    ("locked_out", "密码多次错误，已锁定"),
    ("self_test_failed", "按钮自检未通过"),
    ("no_dissatisfied", "连续无「不满意」，几乎不可能"),
    ("upward_correction", "由差改好"),
    ("second_rating", "同一次服务再次评价，未计入"),
    ("fork", "日志分叉"),
    ("gap", "记录缺失，终端已说明"),
    ("unshowable", "有字显示不出来"),
    ("clock", "时钟不可信，按收到的时间记"),
    ("late_correction", "更改太迟，未计入"),
    ("correction_of_nothing", "更改的评价不存在或未计入"),
    ("shift_not_ended", "上一人没有签退"),
    ("sign_off_without_sign_on", "没有签到就签退"),
    ("absence_of_nobody", "不在岗却暂停或恢复服务"),
    ("begun_twice", "同一次服务开始两次"),
    ("finished_twice", "同一次服务结束两次"),
    ("finish_without_begin", "服务没有开始就结束"),
    ("silence_without_finish", "服务没有结束就记为未评价"),
    ("item_without_service", "事项找不到对应的服务"),
    ("addition_to_nothing", "补充内容找不到对应的评价或投诉"),
    ("complaint_without_number", "投诉没有编号"),
    ("odd_field", "密封内容找不到对应的记录"),
    ("kind_and_content", "记录的类别与内容不符"),
    ("unknown_kind", "未知类别的记录，未计入"),
    ("unknown_version", "未知版本的记录，未计入"),
    ("unreadable", "记录无法读出，未计入"),
    ("misplaced", "记录位置不符，未计入"),
    ("odd_text", "文字异常，未计入"),
];

/// The words for a rule; the rule itself where there are none.
#[must_use]
pub fn words(rule: &str) -> &str {
    RULES.iter().find(|(name, _)| *name == rule).map_or(rule, |(_, words)| words)
}
