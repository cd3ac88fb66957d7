//! The forms there are: those embedded in the program, and those of a folder.
//!
//! Invariants: every form in a [`Library`] is sound; a published version, one that stands in a `published.lock`, has
//! the digest that stands there; between each version of a form and the next there is a [`Mapping`]. This is the only
//! module of forms that reads files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use rust_embed::RustEmbed;

use super::{Finding, Form, Mapping, Route, load::load, read_mapping};

/// The shipped `forms/` folder, inside the program.
#[derive(RustEmbed)]
#[folder = "forms/"]
#[include = "*.toml"]
#[include = "published.lock"]
struct Shipped;

/// The name of the file that lists the digests of published forms.
pub const LOCK: &str = "published.lock";

/// Forms by key.
#[derive(Debug, Clone, Default)]
pub struct Library {
    forms: BTreeMap<String, Arc<Form>>,
    published: BTreeMap<String, String>,
    /// From each version to the next, by the older one's key.
    mappings: BTreeMap<String, Arc<Mapping>>,
    mapped: usize,
}

/// A file of a library: its path below the folder, and its bytes.
struct File {
    path: String,
    bytes: Vec<u8>,
}

impl Library {
    /// The shipped forms, and those of a folder laid out like `forms/`. A form of the folder takes the place of a
    /// shipped one with the same key, unless that one is published.
    ///
    /// # Errors
    /// Every fault in every form file; a published version with another digest; a folder that cannot be read.
    pub fn open(folder: Option<&Path>) -> Result<Library, Vec<Finding>> {
        /// The shipped forms by themselves: the same for as long as the process lives.
        static SHIPPED: LazyLock<Result<Library, Vec<Finding>>> = LazyLock::new(|| Library::read(None));
        if folder.is_some() { Library::read(folder) } else { SHIPPED.clone() }
    }

    fn read(folder: Option<&Path>) -> Result<Library, Vec<Finding>> {
        let mut library = Library::default();
        let mut findings = Vec::new();
        let mut mappings = library.add("forms", shipped(), &mut findings);
        if let Some(folder) = folder {
            match files(folder) {
                Ok(files) => {
                    mappings.extend(library.add(&folder.display().to_string(), files, &mut findings));
                }
                Err(wrong) => {
                    findings.push(finding(
                        folder.display().to_string(),
                        "unreadable",
                        wrong.to_string(),
                        "Check the folder.",
                    ));
                }
            }
        }
        // Only between sound forms can it be told what is missing.
        if findings.is_empty() {
            library.map(&mappings, &mut findings);
        }
        if findings.is_empty() { Ok(library) } else { Err(findings) }
    }

    /// The form with this key, such as `usve/2026.1`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Arc<Form>> {
        self.forms.get(key).cloned()
    }

    /// The newest version of a form: `2026.10` comes after `2026.2`.
    #[must_use]
    pub fn newest(&self, id: &str) -> Option<Arc<Form>> {
        let all = self.forms.values().filter(|form| form.id == id);
        all.max_by_key(|form| version(&form.version)).cloned()
    }

    /// Every form, ordered by key.
    pub fn forms(&self) -> impl Iterator<Item = &Arc<Form>> {
        self.forms.values()
    }

    /// Whether this version is published, so that its file never changes again.
    #[must_use]
    pub fn is_published(&self, key: &str) -> bool {
        self.published.contains_key(key)
    }

    /// The way that answers take from one version of a form to a later one, or to itself. None backwards, between
    /// different forms, and from a version that is not here.
    #[must_use]
    pub fn route(&self, from: &str, to: &str) -> Option<Route> {
        let mut steps = Vec::new();
        let mut at = self.get(from)?.key();
        while at != to {
            let step = self.mappings.get(&at)?;
            at = step.to_key();
            steps.push(Arc::clone(step));
        }
        Some(Route::new(steps))
    }

    /// The newest version before this one with a criterion that nothing in this one takes over.
    #[must_use]
    pub fn dropped_from(&self, form: &Form, criterion: &str) -> Option<Arc<Form>> {
        let went_nowhere = |old: &&Arc<Form>| {
            old.criterion(criterion).is_some()
                && self
                    .route(&old.key(), &form.key())
                    .is_some_and(|route| !route.dropped(std::iter::once(criterion)).is_empty())
        };
        self.forms.values().filter(went_nowhere).max_by_key(|old| version(&old.version)).cloned()
    }

    /// How many mapping files there are.
    #[must_use]
    pub fn mapping_files(&self) -> usize {
        self.mapped
    }

    /// Makes the mappings between neighbours: those of files, and those that need no file.
    fn map(&mut self, files: &[File], findings: &mut Vec<Finding>) {
        for (old, new) in self.neighbours() {
            let name = mapping_path(&old, &new);
            let own: Vec<&File> = files.iter().filter(|file| file.path.ends_with(&name)).collect();
            // A file of the folder takes the place of a shipped one.
            let made = match own.last() {
                Some(file) => {
                    self.mapped += 1;
                    read_mapping::load(&file.path, &file.bytes, &old, &new)
                }
                None => {
                    read_mapping::implied(&name, &old, &new).map_err(|wrong| no_mapping(&old, &new, &wrong))
                }
            };
            match made {
                Ok(mapping) => drop(self.mappings.insert(old.key(), Arc::new(mapping))),
                Err(wrong) => findings.extend(wrong),
            }
        }
        for file in files {
            findings.extend(astray(&file.path, &self.neighbours()));
        }
    }

    /// Each version of each form with the next.
    fn neighbours(&self) -> Vec<(Arc<Form>, Arc<Form>)> {
        let mut all: Vec<&Arc<Form>> = self.forms.values().collect();
        all.sort_by_key(|form| (form.id.clone(), version(&form.version)));
        let pairs = all.iter().zip(all.iter().skip(1));
        pairs
            .filter(|(old, new)| old.id == new.id)
            .map(|(old, new)| (Arc::clone(old), Arc::clone(new)))
            .collect()
    }

    /// Adds the forms of a folder, and gives back its mapping files.
    fn add(&mut self, folder: &str, files: Vec<File>, findings: &mut Vec<Finding>) -> Vec<File> {
        for file in files.iter().filter(|file| file.path == LOCK) {
            let name = format!("{folder}/{LOCK}");
            match lock(&name, &String::from_utf8_lossy(&file.bytes)) {
                Ok(published) => self.published.extend(published),
                Err(wrong) => findings.extend(wrong),
            }
        }
        for file in files.iter().filter(|file| is_form(&file.path)) {
            let name = format!("{folder}/{}", file.path);
            match load(&name, &file.bytes) {
                Ok(form) => {
                    findings.extend(misnamed(&name, &form));
                    findings.extend(changed(&name, &form, &self.published));
                    self.forms.insert(form.key(), Arc::new(form));
                }
                Err(wrong) => findings.extend(wrong),
            }
        }
        let named = |file: File| File { path: format!("{folder}/{}", file.path), bytes: file.bytes };
        files.into_iter().filter(|file| is_mapping(&file.path)).map(named).collect()
    }
}

/// Whether a path below a folder of forms is a form or a mapping.
fn is_file(path: &str) -> bool {
    path.split('/').count() == 2 && Path::new(path).extension().is_some_and(|extension| extension == "toml")
}

fn is_form(path: &str) -> bool {
    is_file(path) && read_mapping::ends(path).is_none()
}

fn is_mapping(path: &str) -> bool {
    is_file(path) && read_mapping::ends(path).is_some()
}

/// Where the mapping between two versions stands: `usve/2026.1-to-2027.1.toml`.
fn mapping_path(old: &Form, new: &Form) -> String {
    format!("{}/{}-to-{}.toml", new.id, old.version, new.version)
}

/// Two versions that differ in what is asked, with no file that says how.
fn no_mapping(old: &Form, new: &Form, wrong: &[Finding]) -> Vec<Finding> {
    let (file, first) = (mapping_path(old, new), wrong.first().map(|one| one.message.as_str()));
    let message = format!("the file is missing: {}", first.unwrap_or_default());
    let remedy = format!(
        "Write forms/{file}, which says what becomes of the answers from {} to {}.",
        old.key(),
        new.key()
    );
    vec![finding(file, "missing_mapping", message, &remedy)]
}

/// A mapping file that leads between no two neighbours.
fn astray(path: &str, neighbours: &[(Arc<Form>, Arc<Form>)]) -> Option<Finding> {
    let slashes = path.replace('\\', "/");
    let leads = neighbours.iter().any(|(old, new)| slashes.ends_with(&mapping_path(old, new)));
    (!leads).then(|| {
        let names: Vec<String> = neighbours.iter().map(|(old, new)| mapping_path(old, new)).collect();
        finding(
            path.to_owned(),
            "not_neighbours",
            "no version of a form and the next have these names".to_owned(),
            &format!("Mappings lead from each version to the next one: {}.", names.join(", ")),
        )
    })
}

fn version(text: &str) -> Vec<u64> {
    text.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

fn finding(file: String, code: &str, message: String, remedy: &str) -> Finding {
    let (code, remedy) = (code.to_owned(), remedy.to_owned());
    Finding { file, line: 1, key: String::new(), code, message, remedy }
}

/// A form whose folder or file has another name than the form says.
pub(super) fn misnamed(file: &str, form: &Form) -> Option<Finding> {
    let wanted = format!("{}/{}.toml", form.id, form.version);
    let slashes = file.replace('\\', "/");
    let fits = slashes == wanted || slashes.ends_with(&format!("/{wanted}"));
    (!fits).then(|| Finding {
        key: "form.id".to_owned(),
        ..finding(
            file.to_owned(),
            "wrong_name",
            format!("the form calls itself {}", form.key()),
            "Give folder and file the names of the form's id and version.",
        )
    })
}

/// A published form that is not what was published.
pub(super) fn changed(file: &str, form: &Form, published: &BTreeMap<String, String>) -> Option<Finding> {
    let locked = published.get(&form.key())?;
    (locked != form.digest()).then(|| {
        finding(
            file.to_owned(),
            "published_changed",
            format!("{} is published and never changes, but its digest is {}", form.key(), form.digest()),
            "Undo the change, or save it as a new version.",
        )
    })
}

/// Reads lines of `<form key> <digest>`; empty lines and those that begin with `#` say nothing.
pub(super) fn lock(file: &str, text: &str) -> Result<BTreeMap<String, String>, Vec<Finding>> {
    let (mut published, mut findings) = (BTreeMap::new(), Vec::new());
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            [key, digest] if digest.len() == 64 && !published.contains_key(*key) => {
                published.insert((*key).to_owned(), (*digest).to_owned());
            }
            _ => findings.push(Finding {
                line: at + 1,
                ..finding(
                    file.to_owned(),
                    "bad_lock",
                    "the line is not a form's key and its SHA-256, or the key stands twice".to_owned(),
                    "Write usve/2026.1 and the 64 digits of sha256sum, once for each version.",
                )
            }),
        }
    }
    if findings.is_empty() { Ok(published) } else { Err(findings) }
}

/// How many files a check has read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    /// Forms.
    pub forms: usize,
    /// Mappings.
    pub mappings: usize,
}

/// Checks form and mapping files and folders of them, as the library would: how many were read, and every fault.
#[must_use]
pub fn check(paths: &[PathBuf]) -> (Checked, Vec<Finding>) {
    let (mut read, mut findings) = (Checked::default(), Vec::new());
    let mut named = Vec::new();
    for path in paths {
        match found_in(path) {
            Ok(found) => named.extend(found),
            Err(wrong) => findings.push(unreadable(path, &wrong)),
        }
    }
    let mut sound = Vec::new();
    for path in named {
        let file = path.display().to_string();
        match std::fs::read(&path) {
            Ok(bytes) if read_mapping::ends(&file).is_some() => {
                read.mappings += 1;
                findings.extend(check_mapping(&path, &bytes));
            }
            Ok(bytes) => {
                read.forms += 1;
                match load(&file, &bytes) {
                    Ok(form) => {
                        findings.extend(misnamed(&file, &form));
                        let (published, wrong) = lock_beside(&path);
                        findings.extend(wrong);
                        findings.extend(changed(&file, &form, &published));
                        sound.push((path, form));
                    }
                    Err(wrong) => findings.extend(wrong),
                }
            }
            Err(wrong) => findings.push(unreadable(&path, &wrong)),
        }
    }
    findings.extend(unmapped(sound));
    findings.sort();
    findings.dedup();
    (read, findings)
}

/// Neighbours that need a mapping file and have none; shipped versions of the same forms are counted in.
fn unmapped(sound: Vec<(PathBuf, Form)>) -> Vec<Finding> {
    let ids: BTreeSet<String> = sound.iter().map(|(_, form)| form.id.clone()).collect();
    let mut library = Library::default();
    let mut unsound = Vec::new();
    library.add("forms", shipped(), &mut unsound);
    library.forms.retain(|_, form| ids.contains(&form.id));
    let folders: BTreeMap<String, PathBuf> =
        sound.iter().map(|(path, form)| (form.key(), path.clone())).collect();
    library.forms.extend(sound.into_iter().map(|(_, form)| (form.key(), Arc::new(form))));
    let mut findings = Vec::new();
    for (old, new) in library.neighbours() {
        let name = mapping_path(&old, &new);
        let beside = [&old, &new]
            .into_iter()
            .filter_map(|form| folders.get(&form.key()))
            .any(|path| path.with_file_name(format!("{}-to-{}.toml", old.version, new.version)).exists());
        if beside || Shipped::get(&name).is_some() {
            continue;
        }
        if let Err(wrong) = read_mapping::implied(&name, &old, &new) {
            findings.extend(no_mapping(&old, &new, &wrong));
        }
    }
    findings
}

/// The faults of a mapping file; its two forms stand beside it, or are shipped.
fn check_mapping(path: &Path, bytes: &[u8]) -> Vec<Finding> {
    let file = path.display().to_string();
    let Some((from, to)) = read_mapping::ends(&file) else { return Vec::new() };
    let id = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let form = |version: &str| -> Result<Form, Vec<Finding>> {
        let beside = path.with_file_name(format!("{version}.toml"));
        let key = format!("{}/{version}", id.as_deref().unwrap_or_default());
        let shipped = || Shipped::get(&format!("{key}.toml")).map(|file| file.data.into_owned());
        if let Some(bytes) = std::fs::read(&beside).ok().or_else(shipped) {
            return load(&beside.display().to_string(), &bytes);
        }
        let remedy = "A mapping stands beside the two forms that it leads between.";
        Err(vec![finding(file.clone(), "unknown_form", format!("there is no form {key}"), remedy)])
    };
    match (form(from), form(to)) {
        (Ok(old), Ok(new)) => read_mapping::load(&file, bytes, &old, &new).err().unwrap_or_default(),
        (old, new) => [old.err(), new.err()].into_iter().flatten().flatten().collect(),
    }
}

/// The form of a file (a path that ends with `.toml`) or of the library (a key such as `usve/2026.1`).
///
/// # Errors
/// The file's faults, or that there is no such form.
pub fn form(library: &Library, name: &str) -> Result<Arc<Form>, Vec<Finding>> {
    let path = Path::new(name);
    if path.extension().is_some_and(|extension| extension == "toml") {
        let bytes = std::fs::read(path).map_err(|wrong| vec![unreadable(path, &wrong)])?;
        return load(name, &bytes).map(Arc::new);
    }
    library.get(name).ok_or_else(|| {
        let known: Vec<String> = library.forms().map(|form| form.key()).collect();
        let remedy = format!("Known forms: {}; or name a file that ends with .toml.", known.join(", "));
        vec![finding(name.to_owned(), "unknown_form", format!("there is no form {name}"), &remedy)]
    })
}

fn unreadable(path: &Path, wrong: &std::io::Error) -> Finding {
    finding(
        path.display().to_string(),
        "unreadable",
        wrong.to_string(),
        "Check that it exists and may be read.",
    )
}

/// A file as it is, or the forms and mappings of a folder and of the folders in it.
fn found_in(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let entry = entry?.path();
        let name = entry.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if entry.is_dir() {
            found.extend(found_in(&entry)?);
        } else if is_file(&format!("folder/{name}")) {
            found.push(entry);
        }
    }
    found.sort();
    Ok(found)
}

/// The lock of the folder in which a form's own folder stands; a file on its own has none.
fn lock_beside(path: &Path) -> (BTreeMap<String, String>, Vec<Finding>) {
    let lock_path = match path.parent().map(|folder| (folder, folder.parent())) {
        Some((_, Some(forms))) if !forms.as_os_str().is_empty() => forms.join(LOCK),
        Some((folder, _)) => folder.join("..").join(LOCK),
        None => return Default::default(),
    };
    let Ok(text) = std::fs::read_to_string(&lock_path) else { return Default::default() };
    match lock(&lock_path.display().to_string(), &text) {
        Ok(published) => (published, Vec::new()),
        Err(wrong) => (BTreeMap::new(), wrong),
    }
}

fn shipped() -> Vec<File> {
    Shipped::iter()
        .filter_map(|path| {
            Some(File { bytes: Shipped::get(&path)?.data.into_owned(), path: path.into_owned() })
        })
        .collect()
}

/// The lock and every file one folder down.
fn files(folder: &Path) -> std::io::Result<Vec<File>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            for inner in std::fs::read_dir(entry.path())? {
                let inner = inner?;
                let path = format!("{name}/{}", inner.file_name().to_string_lossy());
                if is_file(&path) {
                    found.push(File { path, bytes: std::fs::read(inner.path())? });
                }
            }
        } else if name == LOCK {
            found.push(File { path: name, bytes: std::fs::read(entry.path())? });
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}
