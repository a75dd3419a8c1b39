//! No file of a crate uses another that uses it in turn, over however many
//! steps. A room's `mod.rs` may hold what its files share: a path to a file's
//! own room does not count.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::imports::{Source, sources};

type Module = Vec<String>;

struct Files {
    sources: BTreeMap<Module, Source>,
}

impl Files {
    fn below(folder: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let sources = sources(&folder)
            .into_iter()
            // The program's own file uses its library from outside.
            .filter(|source| source.file != "main.rs")
            .map(|source| (source.module.clone(), source))
            .collect();
        Self { sources }
    }

    /// The file that holds what `path` names in `module`. What a room hands on
    /// is looked for where it comes from.
    fn holder(&self, module: &[String], path: &[String], steps: usize) -> Option<&Module> {
        let whole = self.absolute(module, path)?;
        let depth = (0..=whole.len())
            .rev()
            .find(|depth| self.sources.contains_key(&whole[..*depth]))?;
        let (found, source) = self.sources.get_key_value(&whole[..depth])?;
        let handed_on = whole.get(depth).filter(|_| steps < 8).and_then(|name| {
            let uses = &source.used;
            uses.iter()
                .find(|used| used.public && used.segments.last() == Some(name))
        });
        let origin = handed_on.and_then(|used| self.holder(found, &used.segments, steps + 1));
        Some(origin.unwrap_or(found))
    }

    /// None for what another crate or the prelude holds.
    fn absolute(&self, module: &[String], path: &[String]) -> Option<Module> {
        let up = path
            .iter()
            .take_while(|segment| *segment == "super")
            .count();
        let (base, rest) = match path.first()?.as_str() {
            "crate" => (&[][..], &path[1..]),
            "self" => (module, &path[1..]),
            "super" => (&module[..module.len().checked_sub(up)?], &path[up..]),
            child => {
                let child = [module, &[child.to_owned()]].concat();
                self.sources
                    .contains_key(&child)
                    .then_some((module, path))?
            }
        };
        Some([base, rest].concat())
    }

    /// The files that each file uses.
    fn edges(&self) -> BTreeMap<&Module, BTreeSet<&Module>> {
        let mut edges = BTreeMap::new();
        for (module, source) in &self.sources {
            let uses = source.used.iter().filter(|used| !used.public);
            let others = uses
                .filter_map(|used| self.holder(module, &used.segments, 0))
                .filter(|other| !module.starts_with(other));
            edges.insert(module, others.collect());
        }
        edges
    }
}

/// What is left when files that use nothing that is left are taken away again
/// and again, from both ends: the files of circles, and those between circles.
fn in_circles(mut edges: BTreeMap<&Module, BTreeSet<&Module>>) -> Vec<String> {
    loop {
        let used: BTreeSet<&Module> = edges.values().flatten().copied().collect();
        let left: BTreeSet<&Module> = edges
            .iter()
            .filter(|(module, uses)| !uses.is_empty() && used.contains(*module))
            .map(|(module, _)| *module)
            .collect();
        if left.len() == edges.len() {
            return left.iter().map(|module| module.join("::")).collect();
        }
        edges.retain(|module, _| left.contains(module));
        for uses in edges.values_mut() {
            uses.retain(|module| left.contains(module));
        }
    }
}

#[test]
fn no_two_files_use_each_other() {
    let crates = [
        ("src", 500),
        ("crates/nice-crypto/src", 10),
        ("crates/nice-sandbox/src", 250),
    ];
    for (folder, at_least) in crates {
        let files = Files::below(folder);
        let edges = files.edges();
        let count: usize = edges.values().map(BTreeSet::len).sum();
        assert!(count >= at_least, "{folder}: {count} uses were found");
        assert_eq!(in_circles(edges), [""; 0], "{folder}");
    }
}
