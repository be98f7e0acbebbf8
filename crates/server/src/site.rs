use std::io::{self, Write};
use std::net::IpAddr;
use std::path::Path;

use axum::http::{HeaderMap, header};

/// A file of this name in the data folder marks a demo: its logins are offered on the login page.
pub const DEMO_MARKER: &str = "demo";

pub fn is_demo(data_dir: &Path) -> bool {
    data_dir.join(DEMO_MARKER).is_file()
}

/// What only the server needs to know about where it runs.
#[derive(Clone, Debug)]
pub struct Site {
    /// Whoever sets up from another machine must know it; the console shows it.
    pub setup_code: String,
    /// A proxy in front of us ends HTTPS and tells the client's address; its headers are believed.
    pub behind_proxy: bool,
    /// The public address begins with `https:`.
    pub is_https: bool,
}

impl Site {
    /// A site with a freshly drawn set-up code.
    pub fn new(behind_proxy: bool, public_url: Option<&str>) -> Site {
        let is_https = public_url.is_some_and(|url| url.starts_with("https:"));
        Site {
            setup_code: access::token::draw_code(),
            behind_proxy,
            is_https,
        }
    }

    /// Whether the browser speaks HTTPS, so that cookies can be kept to it.
    pub(crate) fn is_secure(&self, headers: &HeaderMap) -> bool {
        let forwarded = || {
            headers
                .get("x-forwarded-proto")
                .is_some_and(|proto| proto == "https")
        };
        self.is_https || (self.behind_proxy && forwarded())
    }

    /// The client's address: the peer's, or what the proxy says, which added the last one of the list.
    pub(crate) fn address(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        if !self.behind_proxy {
            return peer;
        }
        let list = headers.get("x-forwarded-for")?.to_str().ok()?;
        list.rsplit(',').next()?.trim().parse().ok()
    }
}

/// Whether a person sits at this machine: the peer is loopback and the page was asked for under a loopback
/// name. The second keeps out a foreign page whose name was made to point here.
pub(crate) fn is_local(address: Option<IpAddr>, headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) {
            name
        } else {
            host
        }
    });
    let is_own_name = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    is_own_name && address.is_some_and(|address| address.to_canonical().is_loopback())
}

/// The key of share links, kept outside the database and made at first use, readable by its owner alone.
/// Every node of an installation must have the same file.
pub fn link_key(data_dir: &Path) -> io::Result<[u8; 32]> {
    let folder = data_dir.join("keys");
    let path = folder.join("link.key");
    let unfit = || io::Error::other(format!("{} is no key: 32 bytes expected", path.display()));
    match std::fs::read(&path) {
        Ok(bytes) => bytes.try_into().map_err(|_| unfit()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut key = [0; 32];
            getrandom::fill(&mut key).map_err(io::Error::other)?;
            std::fs::create_dir_all(&folder)?;
            write_private(&path, &key)?;
            Ok(key)
        }
        Err(error) => Err(error),
    }
}

/// Written beside, made durable, then renamed: a key that is half there would lose every link.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    if let Some(folder) = path.parent() {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn a_proxy_is_believed_only_where_it_is_declared() {
        let peer = Some("192.0.2.1".parse().unwrap());
        let sent = headers(&[
            ("x-forwarded-for", "203.0.113.9, 198.51.100.7"),
            ("x-forwarded-proto", "https"),
        ]);
        let plain = Site::new(false, None);
        assert_eq!(plain.address(peer, &sent), peer);
        assert!(!plain.is_secure(&sent));
        let proxied = Site::new(true, None);
        assert_eq!(
            proxied.address(peer, &sent),
            Some("198.51.100.7".parse().unwrap())
        );
        assert_eq!(proxied.address(peer, &headers(&[])), None);
        assert!(proxied.is_secure(&sent) && !proxied.is_secure(&headers(&[])));
        assert!(Site::new(false, Some("https://books.example")).is_secure(&headers(&[])));
    }

    #[test]
    fn local_is_loopback_under_its_own_name() {
        let here: Option<IpAddr> = Some("127.0.0.1".parse().unwrap());
        assert!(is_local(here, &headers(&[("host", "127.0.0.1:8080")])));
        assert!(is_local(
            Some("::1".parse().unwrap()),
            &headers(&[("host", "[::1]:8080")])
        ));
        assert!(is_local(here, &headers(&[("host", "localhost")])));
        assert!(!is_local(here, &headers(&[("host", "evil.example:8080")])));
        assert!(!is_local(here, &headers(&[])));
        assert!(!is_local(
            Some("10.0.0.5".parse().unwrap()),
            &headers(&[("host", "localhost:8080")])
        ));
    }

    #[test]
    fn the_link_key_is_made_once_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let key = link_key(folder.path()).unwrap();
        assert_ne!(key, [0; 32]);
        assert_eq!(link_key(folder.path()).unwrap(), key);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(folder.path().join("keys/link.key"))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
