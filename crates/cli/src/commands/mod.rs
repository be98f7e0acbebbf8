pub mod check;
pub mod demo;
pub mod import;
pub mod init;
pub mod openapi;
pub mod report;
pub mod serve;
pub mod statements;

/// A runtime of few threads: the database has its own, and every further one costs memory.
pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.clamp(2, 4))
        .max_blocking_threads(8)
        .enable_all()
        .build()?;
    Ok(runtime)
}
