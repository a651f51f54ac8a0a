//! A Rust source as the paths that it names.

use std::collections::BTreeSet;

/// One file: its name for messages, the module it is, and what it says.
pub struct Source {
    pub name: String,
    pub module: Vec<String>,
    pub tokens: Vec<Token>,
}

/// A name or a punctuation mark, and its line from 1.
#[derive(Clone)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

impl Source {
    pub fn new(name: &str, module: Vec<String>, text: &str) -> Self {
        Self { name: name.to_owned(), module, tokens: without_tests(&tokens(text)) }
    }

    /// Every line that names one of these paths or something inside it.
    pub fn naming(&self, forbidden: &[&str]) -> Vec<String> {
        let mut found = BTreeSet::new();
        for (line, path) in self.paths() {
            for name in forbidden {
                if path == *name
                    || path.strip_prefix(name).is_some_and(|rest| rest.starts_with("::"))
                {
                    found.insert((line, format!("{}:{line} names {name}", self.name)));
                }
            }
        }
        found.into_iter().map(|(_, fault)| fault).collect()
    }

    /// All paths of the file, `use` groups spelled out, `self` and `super` resolved.
    fn paths(&self) -> Vec<(usize, String)> {
        let mut paths = Vec::new();
        let mut modules: Vec<(String, usize)> = Vec::new();
        let mut depth = 0_usize;
        let mut at = 0;
        while at < self.tokens.len() {
            match self.text(at) {
                "{" => depth += 1,
                "}" => {
                    depth = depth.saturating_sub(1);
                    modules.retain(|(_, opened)| *opened <= depth);
                }
                "mod" if self.text(at + 2) == "{" => {
                    modules.push((self.text(at + 1).to_owned(), depth + 1));
                }
                text if is_name(text) && !matches!(self.text(at.wrapping_sub(1)), "::" | ".") => {
                    let inner = modules.iter().map(|(name, _)| name.clone());
                    let here: Vec<String> = self.module.iter().cloned().chain(inner).collect();
                    at = self.path(at, &here, &[], &mut paths);
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        paths
    }

    /// Reads the path that starts here, a group included, and returns where it ends.
    fn path(
        &self,
        mut at: usize,
        here: &[String],
        prefix: &[String],
        paths: &mut Vec<(usize, String)>,
    ) -> usize {
        let mut segments = prefix.to_vec();
        let line = self.tokens.get(at).map_or(0, |token| token.line);
        while is_name(self.text(at)) {
            segments.push(self.text(at).to_owned());
            at += 1;
            if self.text(at) != "::" {
                break;
            }
            at += 1;
            if self.text(at) == "{" {
                at += 1;
                while !matches!(self.text(at), "}" | "") {
                    let next = self.path(at, here, &segments, paths);
                    at = next.max(at + 1);
                    if self.text(at) == "as" {
                        at += 2;
                    }
                    if self.text(at) == "," {
                        at += 1;
                    }
                }
                at += 1;
                break;
            }
        }
        paths.push((line, absolute(&segments, here)));
        at
    }

    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text.as_str())
    }
}

fn absolute(segments: &[String], here: &[String]) -> String {
    let mut base: Option<Vec<String>> = None;
    let mut rest = Vec::new();
    for segment in segments {
        match segment.as_str() {
            "crate" | "trien_server" if rest.is_empty() && base.is_none() => {
                base = Some(Vec::new());
            }
            "self" if rest.is_empty() && base.is_none() => base = Some(here.to_vec()),
            "self" => {}
            "super" if rest.is_empty() => {
                let from = base.get_or_insert_with(|| here.to_vec());
                from.pop();
            }
            _ => rest.push(segment.clone()),
        }
    }
    let mut path: Vec<String> =
        base.map_or_else(Vec::new, |base| [vec!["crate".to_owned()], base].concat());
    path.extend(rest);
    path.join("::")
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Leaves out `#[cfg(test)] mod … { … }`.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let text = |at: usize| tokens.get(at).map_or("", |token: &Token| token.text.as_str());
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let is_marked =
            MARK.iter().enumerate().all(|(offset, expected)| text(at + offset) == *expected);
        let module = at + MARK.len();
        if is_marked && text(module) == "mod" && text(module + 2) == "{" {
            at = module + 2;
            let mut depth = 0_usize;
            loop {
                match text(at) {
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    _ => {}
                }
                at += 1;
                if depth == 0 || at >= tokens.len() {
                    break;
                }
            }
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// Names and punctuation with their lines; comments, literals and lifetimes are left out.
fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < chars.len() {
        let end = match chars[at] {
            '/' if chars.get(at + 1) == Some(&'/') => end_of_line(&chars, at),
            '/' if chars.get(at + 1) == Some(&'*') => end_of_comment(&chars, at),
            '"' => end_of_string(&chars, at),
            '\'' => end_of_quote(&chars, at),
            'r' | 'b' if raw_hashes(&chars, at).is_some() => end_of_raw(&chars, at),
            c if c.is_alphanumeric() || c == '_' => {
                let end =
                    (at..chars.len()).find(|&i| !(chars[i].is_alphanumeric() || chars[i] == '_'));
                let end = end.unwrap_or(chars.len());
                found.push(Token { text: chars[at..end].iter().collect(), line });
                end
            }
            ':' if chars.get(at + 1) == Some(&':') => {
                found.push(Token { text: "::".to_owned(), line });
                at + 2
            }
            c => {
                if !c.is_whitespace() {
                    found.push(Token { text: c.to_string(), line });
                }
                at + 1
            }
        };
        line += chars[at..end].iter().filter(|c| **c == '\n').count();
        at = end;
    }
    found
}

fn end_of_line(chars: &[char], at: usize) -> usize {
    (at..chars.len()).find(|&i| chars[i] == '\n').unwrap_or(chars.len())
}

fn end_of_comment(chars: &[char], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn end_of_string(chars: &[char], mut at: usize) -> usize {
    at += 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

/// A character literal, or the quote of a lifetime, whose name then reads like any other.
fn end_of_quote(chars: &[char], at: usize) -> usize {
    let escaped = chars.get(at + 1) == Some(&'\\');
    if escaped || chars.get(at + 2) == Some(&'\'') {
        let from = if escaped { at + 3 } else { at + 2 };
        return (from..chars.len()).find(|&i| chars[i] == '\'').map_or(chars.len(), |i| i + 1);
    }
    at + 1
}

/// The number of hashes if a raw string starts here (`r"`, `r#"`, `br##"`).
fn raw_hashes(chars: &[char], at: usize) -> Option<usize> {
    if at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_') {
        return None;
    }
    let start = if chars[at] == 'b' { at + 1 } else { at };
    if chars.get(start) != Some(&'r') {
        return None;
    }
    let hashes = chars[start + 1..].iter().take_while(|c| **c == '#').count();
    (chars.get(start + 1 + hashes) == Some(&'"')).then_some(hashes)
}

fn end_of_raw(chars: &[char], at: usize) -> usize {
    let hashes = raw_hashes(chars, at).unwrap_or(0);
    let open = (at..chars.len()).find(|&i| chars[i] == '"').unwrap_or(at);
    (open + 1..chars.len())
        .find(|&i| {
            chars[i] == '"' && chars[i + 1..].iter().take_while(|c| **c == '#').count() >= hashes
        })
        .map_or(chars.len(), |i| i + 1 + hashes)
}
