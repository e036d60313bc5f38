use proptest::prelude::*;

use super::*;

fn edtf(text: &str) -> Edtf {
    text.parse().unwrap()
}

fn refusal(text: &str) -> String {
    text.parse::<Edtf>().unwrap_err().to_string()
}

fn bounds(text: &str) -> (Option<String>, Option<String>) {
    let date = edtf(text);
    (
        date.earliest().map(day_to_iso),
        date.latest().map(day_to_iso),
    )
}

#[test]
fn bounds_are_the_first_and_last_possible_day() {
    let cases = [
        ("2022-04-19", "2022-04-19", "2022-04-19"),
        ("2022-04", "2022-04-01", "2022-04-30"),
        ("2022-04~", "2022-04-01", "2022-04-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2022", "2022-01-01", "2022-12-31"),
        ("202X", "2020-01-01", "2029-12-31"),
        ("20XX", "2000-01-01", "2099-12-31"),
        ("2022-XX", "2022-01-01", "2022-12-31"),
        ("2022-XX-XX", "2022-01-01", "2022-12-31"),
        ("2022-04-XX", "2022-04-01", "2022-04-30"),
        ("2022-21", "2022-03-01", "2022-05-31"),
        ("2022-24", "2022-12-01", "2023-02-28"),
        ("9999-24", "9999-12-01", "9999-12-31"),
        ("2022-34", "2022-04-01", "2022-06-30"),
        ("2009/2021~", "2009-01-01", "2021-12-31"),
        ("2022-06/2022", "2022-06-01", "2022-12-31"),
        ("-0044-03-15", "-0044-03-15", "-0044-03-15"),
        ("-02XX", "-0299-01-01", "-0200-12-31"),
        ("-9999", "-9999-01-01", "-9999-12-31"),
        ("0000", "0000-01-01", "0000-12-31"),
    ];
    for (text, first, last) in cases {
        let expected = (Some(first.to_owned()), Some(last.to_owned()));
        assert_eq!(bounds(text), expected, "{text}");
    }
    assert_eq!(edtf("1970-01-01").earliest(), Some(0));
    assert_eq!(edtf("2022-04-19").earliest(), Some(19101));
}

#[test]
fn open_and_unknown_ends_have_no_bound() {
    let since = edtf("2022-01-01/..");
    assert_eq!((since.earliest(), since.latest()), (Some(18993), None));
    assert_eq!(since.start_kind(), Bound::Date);
    assert_eq!(since.end_kind(), Bound::Open);
    assert_eq!(edtf("2021/").end_kind(), Bound::Unknown);
    assert_eq!(edtf("/2022").start_kind(), Bound::Unknown);
    assert_eq!(edtf("/2022").earliest(), None);
    assert_eq!(edtf("../2022").start_kind(), Bound::Open);
    assert_eq!(edtf("2022").end_kind(), Bound::Date);
}

#[test]
fn labels_read_like_english() {
    let cases = [
        ("2022-04-19", "19 April 2022"),
        ("2022-04", "April 2022"),
        ("2022-04~", "about April 2022"),
        ("2021", "2021"),
        ("2021?", "possibly 2021"),
        ("2021%", "possibly about 2021"),
        ("2009/2021~", "2009 to about 2021"),
        ("2009/2021", "2009 to 2021"),
        ("2022-01-01/..", "since 1 January 2022"),
        ("2022~/..", "since about 2022"),
        ("2021/", "from 2021, end unknown"),
        ("../2022", "until 2022"),
        ("/2022", "until 2022, start unknown"),
        ("/..", "since an unknown date"),
        ("../", "until an unknown date"),
        ("../..", "at all times"),
        ("2022-04-19/2022-04-20", "19–20 April 2022"),
        ("2022-04-19/2022-04-19", "19 April 2022"),
        (
            "2022-04-19~/2022-04-20",
            "about 19 April 2022 to 20 April 2022",
        ),
        ("2022-04-30/2022-05-02", "30 April to 2 May 2022"),
        (
            "2021-12-30/2022-01-02",
            "30 December 2021 to 2 January 2022",
        ),
        ("2022-04/2022-06", "April to June 2022"),
        ("2022-XX", "2022, month unknown"),
        ("2022-XX-XX", "2022, month and day unknown"),
        ("2022-04-XX", "April 2022, day unknown"),
        ("202X", "2020s"),
        ("200X~", "about 2000s"),
        ("20XX", "2000 to 2099"),
        ("2022-21", "spring 2022"),
        ("2022-24", "winter 2022"),
        ("2022-33", "first quarter of 2022"),
        ("-0044", "45 BC"),
        ("-004X", "50 BC to 41 BC"),
        ("-02XX", "300 BC to 201 BC"),
        ("0090", "AD 90"),
        ("00XX", "the first 99 years AD"),
    ];
    for (text, label) in cases {
        assert_eq!(edtf(text).label(), label, "{text}");
    }
}

#[test]
fn precision_is_how_much_is_known() {
    let cases = [
        ("2022-04-19", "DAY"),
        ("2022-04-XX", "MONTH"),
        ("2022-04", "MONTH"),
        ("2022-35", "QUARTER"),
        ("2022-22", "SEASON"),
        ("2022-XX", "YEAR"),
        ("2022", "YEAR"),
        ("202X", "DECADE"),
        ("20XX", "CENTURY"),
        ("2021/2022", "INTERVAL"),
        ("2021/..", "INTERVAL"),
    ];
    for (text, precision) in cases {
        assert_eq!(edtf(text).precision().as_str(), precision, "{text}");
    }
    let flags = |text| (edtf(text).is_approximate(), edtf(text).is_uncertain());
    assert_eq!(flags("2022"), (false, false));
    assert_eq!(flags("2022~"), (true, false));
    assert_eq!(flags("2022?"), (false, true));
    assert_eq!(flags("2022%"), (true, true));
    assert_eq!(flags("2009/2021~"), (true, false));
    assert_eq!(flags("2009?/.."), (false, true));
}

#[test]
fn refusals_say_where_what_and_what_instead() {
    let cases = [
        ("", "found the end at character 1, expected a date such as"),
        (
            "19 April",
            "found ' ' at character 3, expected a digit, or X",
        ),
        ("April", "found 'A' at character 1, expected a date such as"),
        (
            "2022-13",
            "found 13 at character 6, expected a month 01 to 12",
        ),
        ("2022-4", "found the end at character 7, expected a month"),
        (
            "2022-02-29",
            "found 29 at character 9, expected a day of that month, 01 to 28",
        ),
        (
            "2022-04-19T10:00Z",
            "found 'T' at character 11, expected the end",
        ),
        ("2022-XX-12", "found '1' at character 9, expected XX"),
        (
            "2022-21-04",
            "found '-' at character 8, expected no day after a season",
        ),
        ("202X-04", "found '-' at character 5, expected no month"),
        ("2XXX", "found 'X' at character 2, expected a digit"),
        ("20X2", "found '2' at character 4, expected X"),
        ("2022~?", "found '?' at character 6, expected one qualifier"),
        (
            "2022~-04",
            "found '-' at character 6, expected the end of the text, or /",
        ),
        (
            "2022/2021",
            "found 2021 at character 6, expected an end that is not before the start 2022",
        ),
        ("..", "found the end at character 3, expected / and the end"),
        (
            "/",
            "found the end at character 2, expected a date on at least one side",
        ),
        ("2021/2022/2023", "found '/' at character 10, expected"),
        ("2022..", "found '.' at character 5, expected / between"),
        (
            "2022/...",
            "found '.' at character 8, expected the end of the text",
        ),
        ("-0000", "found '-' at character 1, expected a year"),
        (
            "Y20220",
            "found 'Y' at character 1, expected a year of four digits",
        ),
        ("２０２２", "found '２' at character 1"),
        ("é2022", "found 'é' at character 1"),
    ];
    for (text, message) in cases {
        let refusal = refusal(text);
        assert!(refusal.contains(message), "{text}: {refusal}");
    }
    assert!(refusal(&"9".repeat(100_000)).len() < 300);
}

#[test]
fn order_is_by_start_then_end_then_text() {
    let sorted = [
        "../2000",
        "/2000",
        "/..",
        "2021/2022",
        "2022-01-01",
        "2022-01",
        "2022",
        "2022-XX",
        "2022?",
        "2022~",
        "2022/..",
        "2022-04-19",
    ];
    let mut dates: Vec<Edtf> = sorted.iter().rev().map(|text| edtf(text)).collect();
    dates.sort();
    let dates: Vec<&str> = dates.iter().map(Edtf::as_str).collect();
    assert_eq!(dates, sorted);
    assert!(edtf("../2000") < edtf("-9999"));
    assert!(edtf("2022") < edtf("2022/.."));
}

#[test]
fn overlaps_takes_missing_ends_as_far_as_needed() {
    assert!(edtf("2022").overlaps(&edtf("2022-04-19")));
    assert!(!edtf("2021").overlaps(&edtf("2022-04-19")));
    assert!(edtf("2021/..").overlaps(&edtf("2022-04-19")));
    assert!(!edtf("2023/..").overlaps(&edtf("2022-04-19")));
    assert!(edtf("/2022").overlaps(&edtf("1999")));
    assert!(edtf("2022").contains(19101));
    assert!(!edtf("2022").contains(0));
}

#[test]
fn spans_join_since_and_until() {
    let span = |since: Option<&str>, until: Option<&str>| {
        let (since, until) = (since.map(edtf), until.map(edtf));
        Edtf::span(since.as_ref(), until.as_ref()).map(|span| span.map(|span| span.to_string()))
    };
    assert_eq!(
        span(Some("2009"), Some("2021~")),
        Ok(Some("2009/2021~".into()))
    );
    assert_eq!(
        span(Some("2009/2010"), Some("2020/2021")),
        Ok(Some("2009/2021".into()))
    );
    assert_eq!(span(Some("2009"), None), Ok(Some("2009/".into())));
    assert_eq!(span(None, None), Ok(None));
    assert_eq!(
        span(Some("2009"), Some("../..")),
        Ok(Some("2009/..".into()))
    );
    assert!(span(Some("2022"), Some("2021")).is_err());
}

#[test]
fn serde_goes_through_the_parser() {
    let date: Edtf = serde_json::from_str("\"2022-04~\"").unwrap();
    assert_eq!(serde_json::to_string(&date).unwrap(), "\"2022-04~\"");
    assert!(serde_json::from_str::<Edtf>("\"2022-13\"").is_err());
    assert!(serde_json::from_str::<Timestamp>("\"2022\"").is_err());
}

#[test]
fn timestamps_read_rfc3339_and_print_utc() {
    let cases = [
        ("2026-11-02T09:00:00Z", "2026-11-02T09:00:00Z"),
        ("2026-11-02T09:00:00.000Z", "2026-11-02T09:00:00Z"),
        ("2026-11-02T09:00:00.250Z", "2026-11-02T09:00:00.25Z"),
        ("2026-11-02T10:00:00+01:00", "2026-11-02T09:00:00Z"),
        ("2026-11-02t09:00:00z", "2026-11-02T09:00:00Z"),
        ("2026-11-02T09:00:00-00:00", "2026-11-02T09:00:00Z"),
        ("2026-11-02T08:29:00-23:31", "2026-11-03T08:00:00Z"),
        (
            "2026-11-02T09:00:00.1234567891Z",
            "2026-11-02T09:00:00.123456789Z",
        ),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        (
            "9999-12-31T23:59:59.999999-00:00",
            "9999-12-31T23:59:59.999999Z",
        ),
    ];
    for (text, printed) in cases {
        let moment: Timestamp = text.parse().unwrap();
        assert_eq!(moment.to_string(), printed);
    }
    let refused = [
        "",
        "2026-11-02",
        "2026-11-02T09:00:00",
        "2026-11-02 09:00:00Z",
        "2026-11-02T09:00Z",
        "2026-13-02T09:00:00Z",
        "2026-11-02T25:00:00Z",
        "2026-11-02T09:00:00Z[UTC]",
        "0000-01-01T00:00:00+01:00",
        "2026-11-02T09:00:00.Z",
        "2026-02-29T09:00:00Z",
        "2026-11-02T09:00:00+24:00",
        "2026-11-02T09:00:00+01:60",
        "2026-11-02T09:00:00+0100",
        "9999-12-31T23:59:59-01:00",
    ];
    for text in refused {
        assert!(text.parse::<Timestamp>().is_err(), "{text}");
    }
    let moment: Timestamp = "2022-04-19T23:59:59.5Z".parse().unwrap();
    assert_eq!(moment.day(), 19101);
    assert_eq!(
        Timestamp::from_microseconds(moment.microseconds()),
        Ok(moment)
    );
    for text in ["9999-12-31T23:59:59.999999Z", "0000-01-01T00:00:00Z"] {
        let end: Timestamp = text.parse().unwrap();
        assert_eq!(Timestamp::from_microseconds(end.microseconds()), Ok(end));
    }
    assert!(Timestamp::from_microseconds(i64::MIN).is_err());
    assert!(Timestamp::from_microseconds(i64::MAX).is_err());
    assert!("1969-12-31T23:59:59Z".parse::<Timestamp>().unwrap() < Timestamp::EPOCH);
}

proptest! {
    #[test]
    fn any_text_is_a_date_or_an_error(text in ".{0,30}") {
        if let Ok(date) = text.parse::<Edtf>() {
            prop_assert_eq!(date.as_str(), text.as_str());
        }
        let _moment = text.parse::<Timestamp>();
    }

    #[test]
    fn near_dates_are_dates_or_errors(text in "(-?[0-9]{2}[0-9X]{2}|\\.\\.)?([-X0-9~?%/.]{0,10})(/([-0-9X~?%.]{0,11}))?") {
        if let Ok(date) = text.parse::<Edtf>() {
            prop_assert_eq!(date.as_str(), text.as_str());
            prop_assert!(!date.label().is_empty());
            prop_assert_eq!(date.earliest().is_some(), date.start_kind() == Bound::Date);
            prop_assert_eq!(date.latest().is_some(), date.end_kind() == Bound::Date);
            if let (Some(first), Some(last)) = (date.earliest(), date.latest()) {
                prop_assert!(first <= last);
            }
            prop_assert!(date.overlaps(&date));
        }
    }

    #[test]
    fn days_survive_a_round_trip(day in -4_371_587i32..=2_932_896) {
        let date = edtf(&day_to_iso(day));
        prop_assert_eq!(date.earliest(), Some(day));
        prop_assert_eq!(&Edtf::from_day(day), &date);
        prop_assert_eq!(Edtf::from_day(day).label(), date.label());
    }

    #[test]
    fn any_day_number_has_a_text(day: i32) {
        let date = edtf(&day_to_iso(day));
        prop_assert_eq!(date, Edtf::from_day(day));
    }
}
