//! `onrecord token`: who is let in by which secret.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::tz::Offset;
use jiff::{Span, SpanRelativeTo};

use crate::cli::config::{Configuration, RecordFlags};
use crate::cli::{Outcomes, print};
use crate::model::access::Role;
use crate::model::date::{Edtf, Timestamp};
use crate::store::{Token, Tokens};

/// Makes, lists and revokes API tokens.
#[derive(Debug, Args)]
pub(crate) struct TokenArguments {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Debug, Subcommand)]
enum Deed {
    /// Make a token and print it, once. It is sent as `Authorization: Bearer TOKEN`
    Create(CreateArguments),
    /// List the tokens, without their secrets
    List(ListArguments),
    /// Delete a token: whoever holds it is let in no more
    Revoke(RevokeArguments),
}

#[derive(Debug, Args)]
struct CreateArguments {
    #[command(flatten)]
    flags: RecordFlags,
    /// To whom changes are attributed that come with it
    #[arg(long)]
    name: String,
    /// What may be done with it: reader, contributor, editor or admin
    #[arg(long, value_parser = role)]
    role: Role,
    /// When it ends: after a time such as "90 days" or "12h", at a moment, or with the day, month or year of an EDTF date
    #[arg(long, value_name = "WHEN", value_parser = end)]
    expires: Option<Timestamp>,
}

#[derive(Debug, Args)]
struct ListArguments {
    #[command(flatten)]
    flags: RecordFlags,
}

#[derive(Debug, Args)]
struct RevokeArguments {
    #[command(flatten)]
    flags: RecordFlags,
    /// Its name, or its id
    #[arg(value_name = "NAME-OR-ID")]
    name: String,
}

pub(crate) fn run(arguments: &TokenArguments) -> Outcomes {
    match &arguments.deed {
        Deed::Create(arguments) => {
            let tokens = tokens(&arguments.flags)?;
            let (token, text) = tokens
                .create(&arguments.name, arguments.role, arguments.expires)
                .map_err(|error| error.to_string())?;
            let told = format!(
                "The token of {:?} (id {}) has the role {}{}. It is shown this once:",
                token.name,
                token.id,
                token.role.word(),
                match token.expires {
                    Some(end) => format!(" until {end}"),
                    None => String::new(),
                }
            );
            let _told = writeln!(io::stderr(), "{told}");
            print(format!("{text}\n").as_bytes())
        }
        Deed::List(arguments) => {
            let listed = tokens(&arguments.flags)?.list();
            let listed = listed.map_err(|error| error.to_string())?;
            print(table(&listed).as_bytes())
        }
        Deed::Revoke(arguments) => {
            let revoked = tokens(&arguments.flags)?.revoke(&arguments.name);
            let revoked = revoked.map_err(|error| error.to_string())?;
            let told = format!("The token of {:?} is revoked.", revoked.name);
            let _told = writeln!(io::stderr(), "{told}");
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The tokens of the record that is kept.
fn tokens(flags: &RecordFlags) -> Result<Tokens, String> {
    let record = Configuration::read(flags)?.settings.record;
    let folder = record.data.ok_or(
        "tokens are kept with the record: name its folder with --data, as `onrecord serve` does",
    )?;
    Tokens::open(&folder).map_err(|error| error.to_string())
}

fn role(word: &str) -> Result<Role, String> {
    Role::from_word(word).ok_or_else(|| {
        let words: Vec<_> = Role::ALL.iter().map(|role| role.word()).collect();
        format!("expected one of {}", words.join(", "))
    })
}

/// When a token ends.
fn end(text: &str) -> Result<Timestamp, String> {
    let expected = || {
        "expected a time such as \"90 days\", a date such as 2027-06-30, or a moment such as 2027-06-30T12:00:00Z"
            .to_owned()
    };
    let now = Timestamp::now();
    let today = Offset::UTC.to_datetime(jiff::Timestamp::now()).date();
    let end = if let Ok(span) = text.parse::<Span>() {
        let length = span
            .to_duration(SpanRelativeTo::days_are_24_hours())
            .or_else(|_| span.to_duration(today))
            .map_err(|error| error.to_string())?;
        let microseconds = i64::try_from(length.as_micros()).map_err(|_| expected())?;
        let microseconds = now.microseconds().checked_add(microseconds);
        Timestamp::from_microseconds(microseconds.ok_or_else(expected)?)
            .map_err(|error| error.to_string())?
    } else if let Ok(moment) = text.parse::<Timestamp>() {
        moment
    } else {
        let date: Edtf = text.parse().map_err(|_| expected())?;
        let last = date.latest().ok_or_else(expected)?;
        // The last day is still good.
        let day = 24 * 60 * 60 * 1_000_000;
        let microseconds = (i64::from(last) + 1).checked_mul(day);
        Timestamp::from_microseconds(microseconds.ok_or_else(expected)?)
            .map_err(|error| error.to_string())?
    };
    if end <= now {
        return Err(format!("{end} is past: expected a time to come"));
    }
    Ok(end)
}

/// The tokens as a table for people.
fn table(tokens: &[Token]) -> String {
    if tokens.is_empty() {
        return "There are no tokens.\n".to_owned();
    }
    let now = Timestamp::now();
    let row = |token: &Token| {
        let expires = match token.expires {
            None => "never".to_owned(),
            Some(end) if now < end => end.to_string(),
            Some(end) => format!("{end} (it has)"),
        };
        [
            token.id.clone(),
            token.role.word().to_owned(),
            token.created.to_string(),
            expires,
            token.name.clone(),
        ]
    };
    let head = ["id", "role", "created", "expires", "name"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head)
        .chain(tokens.iter().map(row))
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: [usize; 5] = std::array::from_fn(|column| width(column).unwrap_or_default());
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<_> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_a_time_a_date_or_a_moment() {
        let later = |text: &str| {
            let end = end(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            (end.microseconds() - Timestamp::now().microseconds()) / 1_000_000
        };
        for (text, seconds) in [
            ("12h", 43_200),
            ("90 days", 7_776_000),
            ("P90D", 7_776_000),
            ("2w", 1_209_600),
        ] {
            assert!((later(text) - seconds).abs() < 60, "{text}");
        }
        assert!(later("1 year") > 364 * 86_400);
        for (text, expected) in [
            ("2100-06-30", "2100-07-01T00:00:00Z"),
            ("2100-06", "2100-07-01T00:00:00Z"),
            ("2100", "2101-01-01T00:00:00Z"),
            ("2100-06-30T12:00:00Z", "2100-06-30T12:00:00Z"),
        ] {
            assert_eq!(end(text).unwrap().to_string(), expected);
        }
        for wrong in ["", "soon", "2001", "-1h", "2100-02-30", "2100/.."] {
            assert!(end(wrong).is_err(), "{wrong}");
        }
    }
}
