//! How old a person is, in Korea, on the day on which the result is opened.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;
use zeroize::Zeroize;

use crate::clock::KST;

/// An age and the limits that shops ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema, Zeroize)]
pub struct Age {
    /// 만 나이 (민법 제158조)
    // 29 February counts on 1 March in common years.
    pub years: u16,
    /// 만 14세 이상 (개인정보 보호법 제22조의2)
    // Under 14 a legal guardian has to consent.
    pub over14: bool,
    /// 만 19세 이상, 성년 (민법 제4조)
    pub over19: bool,
    /// 청소년이 아님: 19세가 되는 해의 1월 1일을 맞이한 사람 포함 (청소년 보호법 제2조 제1호)
    #[serde(rename = "youthProtectionAdult")]
    pub youth_protection_adult: bool,
}

impl Age {
    /// The age of somebody born on `birthdate` (`YYYYMMDD`), on the Korean
    /// day of `now`. `None` if there is no such day, or it is yet to come.
    #[must_use]
    pub fn at(now: Timestamp, birthdate: &str) -> Option<Self> {
        let born = date(birthdate)?;
        let today = KST.to_datetime(now).date();
        if born > today {
            return None;
        }
        let turning = u16::try_from(today.year() - born.year()).ok()?;
        let is_before_birthday = (today.month(), today.day()) < (born.month(), born.day());
        let years = turning - u16::from(is_before_birthday);
        Some(Self {
            years,
            over14: years >= 14,
            over19: years >= 19,
            youth_protection_adult: turning >= 19,
        })
    }
}

fn date(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, month, day) = (text.get(..4)?, text.get(4..6)?, text.get(6..)?);
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn age(now: &str, birthdate: &str) -> Option<(u16, bool, bool, bool)> {
        Age::at(now.parse().unwrap(), birthdate).map(|age| {
            let Age {
                years,
                over14,
                over19,
                youth_protection_adult,
            } = age;
            (years, over14, over19, youth_protection_adult)
        })
    }

    #[test]
    fn a_year_is_complete_on_the_birthday_in_korea() {
        // 14 on 15 January: the day begins in Korea at 15:00 UTC of the 14th.
        let (eve, day) = ("2026-01-14T14:59:59Z", "2026-01-14T15:00:00Z");
        assert_eq!(age(eve, "20120115"), Some((13, false, false, false)));
        assert_eq!(age(day, "20120115"), Some((14, true, false, false)));
        assert_eq!(age(eve, "20070115"), Some((18, true, false, true)));
        assert_eq!(age(day, "20070115"), Some((19, true, true, true)));
        assert_eq!(age(day, "20260115"), Some((0, false, false, false)));
        assert_eq!(age(day, "19000101"), Some((126, true, true, true)));
    }

    #[test]
    fn the_year_in_which_one_turns_19_counts_whole() {
        let (eve, new_year) = ("2025-12-31T14:59:59Z", "2025-12-31T15:00:00Z");
        for born in ["20070101", "20070702", "20071231"] {
            assert!(!age(eve, born).unwrap().3, "{born}");
            assert!(age(new_year, born).unwrap().3, "{born}");
        }
        assert!(!age(new_year, "20080101").unwrap().3);
    }

    #[test]
    fn a_leap_day_counts_on_the_first_of_march() {
        let years = |now, born| age(now, born).unwrap().0;
        assert_eq!(years("2026-02-28T12:00:00Z", "20120229"), 13);
        assert_eq!(years("2026-02-28T15:00:00Z", "20120229"), 14);
        assert_eq!(years("2028-02-28T14:59:59Z", "20120229"), 15);
        assert_eq!(years("2028-02-28T15:00:00Z", "20120229"), 16);
    }

    #[test]
    fn nobody_is_born_tomorrow_or_never() {
        let now = "2026-01-14T14:59:59Z";
        for born in [
            "20260115",
            "20250229",
            "20251301",
            "20250100",
            "00000000",
            "99991231",
            "2025010",
            "+2250101",
            "생일생",
        ] {
            assert_eq!(age(now, born), None, "{born}");
        }
    }
}
