use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use base::{Instant, Refusal};
use db::{Db, Options, Target};
use kit::{App, AppState};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::site::{Site, is_demo, link_key};
use crate::{checker, handlers, router, schedule};

/// What `serve` needs to know.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// `host:port`; port 0 takes a free one.
    pub listen: String,
    pub target: Target,
    /// Keys and uploads live here, also when the books are in PostgreSQL.
    pub data_dir: PathBuf,
    /// How customers reach this program, such as `https://books.example`.
    pub public_url: Option<String>,
    /// A proxy in front ends HTTPS.
    pub behind_proxy: bool,
}

/// How long requests may go on once the program was told to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves until SIGINT or SIGTERM. The first line of standard output is the address.
pub async fn serve(options: ServeOptions) -> db::Result<()> {
    let listening = bind(&options).await?;
    println!("http://{}", listening.address);
    io::stdout().flush().map_err(db::Error::fault)?;
    listening.notices();
    listening.run(stop_signal()).await
}

/// A server that has its port and its data, and does not answer yet.
pub struct Listening {
    pub address: SocketAddr,
    pub app: AppState,
    pub site: Site,
    listener: TcpListener,
    installed: bool,
}

/// Takes the port, then opens the data: the address is known to the lock that a second writer meets.
pub async fn bind(options: &ServeOptions) -> db::Result<Listening> {
    let wanted = resolve(&options.listen).await?;
    if !options.behind_proxy && !is_private(wanted.ip()) {
        return Err(Refusal::invalid("server.plain_http")
            .with("address", wanted)
            .into());
    }
    let listener = TcpListener::bind(wanted)
        .await
        .map_err(|error| db::Error::fault(format!("cannot listen on {wanted}: {error}")))?;
    let address = listener.local_addr().map_err(db::Error::fault)?;
    let db = Db::open(&options.target, Options::default()).await?;
    db.announce(&format!("http://{address}"))?;
    let link_key = link_key(&options.data_dir)
        .map_err(|error| db::Error::fault(format!("the key of share links: {error}")))?;
    let installed = db.system_read(access::installed).await?;
    let site = Site::new(options.behind_proxy, options.public_url.as_deref());
    let app = Arc::new(App {
        db,
        clock: Arc::new(Instant::now),
        link_key,
        public_url: options.public_url.clone(),
        demo: is_demo(&options.data_dir),
        data_dir: options.data_dir.clone(),
    });
    Ok(Listening {
        address,
        app,
        site,
        listener,
        installed,
    })
}

impl Listening {
    /// What the person at the console should know.
    fn notices(&self) {
        if !self.installed {
            eprintln!("Nothing is set up yet: open the address in a browser.");
            eprintln!(
                "From another machine the set-up asks for this code: {}",
                self.site.setup_code
            );
        }
        if !self.site.behind_proxy && !self.address.ip().is_loopback() {
            eprintln!("Notice: plain HTTP. Whoever is on this network can read what is sent.");
        }
    }

    /// Answers requests and runs the jobs until `stop` is ready, then lets what is under way finish.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> db::Result<()> {
        let Listening {
            app, site, listener, ..
        } = self;
        let (stopping, stopped) = watch::channel(false);
        let jobs = kit::job::run(app.db.clone(), handlers(), app.clock.clone(), stopped.clone());
        let jobs = tokio::spawn(jobs);
        let planner = tokio::spawn(schedule::run(app.clone(), stopped.clone()));
        let checker = tokio::spawn(checker::watch(app.clone(), stopped.clone()));
        let service = router(app.clone(), site).into_make_service_with_connect_info::<SocketAddr>();
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection could not be set to send at once");
            }
        });
        let told = async move |mut stopped: watch::Receiver<bool>| {
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let serving = axum::serve(listener, service).with_graceful_shutdown(told(stopped.clone()));
        let patience = async {
            stop.await;
            let _ = stopping.send(true);
            tokio::time::sleep(PATIENCE).await;
        };
        tokio::select! {
            ended = serving => ended.map_err(db::Error::fault)?,
            () = patience => tracing::warn!("some requests were still open and were cut off"),
        }
        let _ = stopping.send(true);
        let _ = tokio::join!(jobs, planner, checker);
        app.db.clone().close().await;
        Ok(())
    }
}

async fn resolve(listen: &str) -> db::Result<SocketAddr> {
    let unreadable = || Refusal::invalid("server.unreadable_address").with("address", listen);
    let mut found = tokio::net::lookup_host(listen).await.map_err(|_| unreadable())?;
    Ok(found.next().ok_or_else(unreadable)?)
}

/// Loopback, or an address of a private network, where plain HTTP may be a person's choice. All addresses at
/// once (`0.0.0.0`) are not private.
fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(unix)]
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut signals = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    let [Ok(interrupt), Ok(terminate)] = &mut signals else {
        tracing::error!("signals cannot be received; only a kill ends this program");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn stop_signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_private_addresses() {
        for address in [
            "127.0.0.1",
            "::1",
            "192.168.1.5",
            "10.0.0.1",
            "fd00::1",
            "169.254.1.1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_private(address.parse().unwrap()), "{address}");
        }
        for address in ["0.0.0.0", "::", "203.0.113.1", "2001:db8::1"] {
            assert!(!is_private(address.parse().unwrap()), "{address}");
        }
    }
}
