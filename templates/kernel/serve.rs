//! The listening half of the service.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use super::limits;

/// Answers until SIGTERM or SIGINT; then takes no new connection and finishes what is under way.
pub async fn serve(bind: SocketAddr, router: Router) -> io::Result<()> {
    let listener = TcpListener::bind(bind).await?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (stopping, stopped) = oneshot::channel();
    tracing::info!(address = %listener.local_addr()?, "listening");

    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        let _ = stopping.send(());
    };
    let overdue = async move {
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(limits::SHUTDOWN).await;
    };
    tokio::select! {
        ended = axum::serve(listener, router).with_graceful_shutdown(stop) => ended,
        () = overdue => {
            tracing::warn!("requests were still under way");
            Ok(())
        }
    }
}
