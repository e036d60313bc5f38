//! Chinese names as Russian writes them: the system of Palladius, read backwards.

/// What a syllable begins with, in both; the longer first. Those with two ways have the second before и, е, ю, я.
const INITIALS: [(&str, &str, &str); 20] = [
    ("чж", "zh", "zh"),
    ("цз", "z", "j"),
    ("ц", "c", "q"),
    ("с", "s", "x"),
    ("ч", "ch", "ch"),
    ("ш", "sh", "sh"),
    ("ж", "r", "r"),
    ("б", "b", "b"),
    ("п", "p", "p"),
    ("м", "m", "m"),
    ("ф", "f", "f"),
    ("д", "d", "d"),
    ("т", "t", "t"),
    ("н", "n", "n"),
    ("л", "l", "l"),
    ("г", "g", "g"),
    ("к", "k", "k"),
    ("х", "h", "h"),
    ("в", "w", "w"),
    ("", "", ""),
];

/// How it goes on: in Russian, in pinyin behind an initial, and in pinyin without one. What ends in `нь` ends in n,
/// what ends in `н` in ng.
const FINALS: [(&str, &str, &str); 39] = [
    ("юань", "uan", "yuan"),
    ("уань", "uan", "wan"),
    ("уэнь", "un", "wen"),
    ("ань", "an", "an"),
    ("энь", "en", "en"),
    ("янь", "ian", "yan"),
    ("инь", "in", "yin"),
    ("унь", "un", "wen"),
    ("юнь", "un", "yun"),
    ("уан", "uang", "wang"),
    ("уай", "uai", "wai"),
    ("уэй", "ui", "wei"),
    ("ан", "ang", "ang"),
    ("эн", "eng", "eng"),
    ("ун", "ong", "ong"),
    ("ян", "iang", "yang"),
    ("ин", "ing", "ying"),
    ("юн", "iong", "yong"),
    ("ай", "ai", "ai"),
    ("эй", "ei", "ei"),
    ("ао", "ao", "ao"),
    ("оу", "ou", "ou"),
    ("яо", "iao", "yao"),
    ("уа", "ua", "wa"),
    ("уо", "uo", "wo"),
    ("уй", "ui", "wei"),
    ("юй", "u", "yu"),
    ("юэ", "ue", "yue"),
    ("эр", "er", "er"),
    ("а", "a", "a"),
    ("о", "uo", "o"),
    ("э", "e", "e"),
    ("ы", "i", "i"),
    ("и", "i", "yi"),
    ("я", "ia", "ya"),
    ("е", "ie", "ye"),
    ("ю", "iu", "you"),
    ("у", "u", "wu"),
    ("ё", "ie", "ye"),
];

/// A lower-case Russian word in pinyin, if all of it is Chinese syllables.
pub(super) fn pinyin(word: &str) -> Option<String> {
    // So long a word is no name; of what could be cut in many ways few letters are left.
    if word.is_empty() || word.chars().count() > 16 {
        return None;
    }
    let mut written = String::new();
    read(word, &mut written).then_some(written)
}

/// Reads the syllables of what is left. The longest fit is tried first: a letter that may belong to either of two
/// syllables belongs to the first, unless the rest then is none.
fn read(rest: &str, written: &mut String) -> bool {
    let rest = rest.strip_prefix('ъ').unwrap_or(rest);
    if rest.is_empty() {
        return true;
    }
    let kept = written.len();
    for (initial, hard, soft) in INITIALS {
        let Some(after) = rest.strip_prefix(initial) else {
            continue;
        };
        for (last, behind, alone) in FINALS {
            let Some(after) = after.strip_prefix(last) else {
                continue;
            };
            let is_soft = last.starts_with(['и', 'я', 'е', 'ю', 'ё']);
            let first = if is_soft { soft } else { hard };
            let labial = matches!(initial, "б" | "п" | "м" | "ф" | "в");
            let last = match (initial, last) {
                ("", _) => alone,
                (_, "о") if labial => "o",
                _ => behind,
            };
            written.push_str(first);
            written.push_str(last);
            if read(after, written) {
                return true;
            }
            written.truncate(kept);
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for (russian, chinese) in [
            ("си", "xi"),
            ("цзиньпин", "jinping"),
            ("ху", "hu"),
            ("цзиньтао", "jintao"),
            ("цзян", "jiang"),
            ("цзэминь", "zemin"),
            ("дэн", "deng"),
            ("сяопин", "xiaoping"),
            ("вэнь", "wen"),
            ("цзябао", "jiabao"),
            ("чжу", "zhu"),
            ("жунцзи", "rongji"),
            ("мао", "mao"),
            ("цзэдун", "zedong"),
            ("чжоу", "zhou"),
            ("эньлай", "enlai"),
            ("пэн", "peng"),
            ("лию", "liyou"),
            ("гуанчжоу", "guangzhou"),
            ("чанъань", "changan"),
            ("юань", "yuan"),
            ("хуэй", "hui"),
            ("тяньцзинь", "tianjin"),
        ] {
            assert_eq!(pinyin(russian).as_deref(), Some(chinese), "{russian}");
        }
    }

    #[test]
    fn what_is_not_chinese_is_not_read() {
        for russian in ["блинкен", "байден", "", "буш", &"ли".repeat(100), "xi"] {
            assert_eq!(pinyin(russian), None, "{russian}");
        }
    }
}
