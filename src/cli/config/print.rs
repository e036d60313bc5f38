//! The configuration as a file: what is in force, and where each value is from.

use std::fmt::Write as _;

use super::Configuration;

/// How wide a line of a comment is.
const WIDTH: usize = 100;

/// The configuration as TOML. What it prints can be read again.
pub(crate) fn print(configuration: &Configuration) -> String {
    let mut text = String::from(
        "# What is in force. A flag goes before the environment, that before the file, that before the default.\n",
    );
    let mut settings = configuration.settings.clone();
    for (place, section) in settings.sections().iter().enumerate() {
        // Writing to a string cannot fail.
        let _written = write!(text, "\n# {}\n[{}]\n", section.about(), section.name());
        for (key, found) in section.keys().iter().enumerate() {
            let origin = configuration.origins.get(&(place, key));
            let from = match origin {
                Some(origin) => format!("from {origin}"),
                None => "default".to_owned(),
            };
            comment(&mut text, found.about);
            let (flag, variable) = (found.flag(section.name()), found.variable(section.name()));
            let _written = writeln!(text, "# {from} (--{flag}, {variable})");
            let name = found.name();
            let _written = match (section.write(key), origin) {
                (Some(value), _) => writeln!(text, "{name} = {value}"),
                (None, Some(_)) => writeln!(text, "# {name} is set, and not shown"),
                (None, None) => writeln!(text, "# {name} is not set"),
            };
        }
    }
    text
}

/// Writes a comment, on several lines where it is long.
fn comment(text: &mut String, words: &str) {
    text.push_str("\n#");
    let mut width = 1;
    for word in words.split_whitespace() {
        if width + 1 + word.len() > WIDTH {
            text.push_str("\n#");
            width = 1;
        }
        text.push(' ');
        text.push_str(word);
        width += 1 + word.len();
    }
    text.push('\n');
}
