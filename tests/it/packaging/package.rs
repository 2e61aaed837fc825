//! A package as the manifest describes it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use toml::{Table, Value};

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[derive(Debug)]
pub struct Asset {
    /// From the repository's root.
    pub source: String,
    /// From the machine's root.
    pub dest: String,
    pub mode: String,
}

pub struct Package {
    pub name: String,
    pub assets: Vec<Asset>,
    pub table: Table,
}

impl Package {
    /// The terminal's and the center's; the center's is a variant that inherits from the first.
    pub fn both() -> [Package; 2] {
        let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
        let manifest: Table = manifest.parse().unwrap();
        let mut terminal = manifest["package"]["metadata"]["deb"].as_table().unwrap().clone();
        let variants = terminal.remove("variants").unwrap();
        let mut center = terminal.clone();
        center.extend(variants["center"].as_table().unwrap().clone());
        [Package::new(terminal), Package::new(center)]
    }

    fn new(table: Table) -> Package {
        let name = table["name"].as_str().unwrap().to_owned();
        let mut assets: Vec<_> = table["assets"].as_array().unwrap().iter().map(asset).collect();
        // The unit of the package's name is found and installed without being listed.
        let units = table["systemd-units"]["unit-scripts"].as_str().unwrap();
        assets.push(Asset {
            source: format!("{units}/{name}.service"),
            dest: format!("usr/lib/systemd/system/{name}.service"),
            mode: "644".to_owned(),
        });
        Package { name, assets, table }
    }

    /// Whether it puts a file at this path from the machine's root.
    pub fn installs(&self, path: &str) -> bool {
        self.assets.iter().any(|asset| asset.dest == path.trim_start_matches('/'))
    }

    /// Lays its files out below `machine`; a script of one line stands for the program.
    pub fn lay(&self, machine: &Path) {
        for asset in &self.assets {
            let to = machine.join(&asset.dest);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            match asset.source.strip_prefix("target/") {
                Some(_) => fs::write(&to, "#!/bin/sh\n").unwrap(),
                None => drop(fs::copy(root().join(&asset.source), &to).unwrap()),
            }
            let mode = u32::from_str_radix(&asset.mode, 8).unwrap();
            fs::set_permissions(&to, fs::Permissions::from_mode(mode)).unwrap();
        }
    }
}

fn asset(value: &Value) -> Asset {
    let [source, dest, mode] = value.as_array().unwrap().as_slice() else {
        panic!("{value}: not source, destination and mode");
    };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (source, mut dest) = (text(source), text(dest));
    if dest.ends_with('/') {
        dest.push_str(source.rsplit('/').next().unwrap());
    }
    Asset { source, dest, mode: text(mode) }
}
