//! The only place that knows everything: memory, state, order of middleware, one line per slice.

use crate::access::{Access, Persons};
use crate::assessments::Summaries;
use crate::calendar::WorkingCalendar;
use crate::code_lists::CodeLists;
use crate::committee::directives::{FOLLOWERS, Standing};
use crate::committee::duties::ReportingDuties;
use crate::config::{ServerOptions, seconds};
use crate::criteria::CriteriaSets;
use crate::db::{Db, Memory};
use crate::error::Error;
use crate::http::envelope::{envelope, plain_when_small, without_identity};
use crate::http::openapi::{Contract, not_found};
use crate::http::{CursorKey, Guard, GuardSettings, Wire, documentation_page, health, page_routes};
use crate::indicators::Indicators;
use crate::observations::Targets;
use crate::period_locks::PeriodLocks;
use crate::programmes::Programmes;
use crate::programmes::ledger::BudgetLines;
use crate::programmes::works::Works;
use crate::reports::ReportCache;
use crate::statuses::Statuses;
use crate::threads::answer_promptly;
use crate::units::{Territory, UnitCache};
use crate::{
    access, acts, assessments, calendar, code_lists, committee, criteria, exchange, files, indicators, journal,
    observations, parties, period_locks, programmes, recognition, reforms, reports, review, statements, statuses,
    telemetry, units,
};
use actix_http::HttpService;
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::dev::{AppConfig, Server};
use actix_web::middleware::{Compress, from_fn};
use actix_web::rt::net::TcpStream;
use actix_web::{App, HttpResponse, HttpServer, web};
use std::future::ready;
use std::net::TcpListener;
use std::time::Duration;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

/// Everything that is held in memory.
pub fn memory() -> Memory {
    Memory::new()
        .with::<Territory>()
        .with::<Statuses>()
        .with::<CodeLists>()
        .with::<Indicators>()
        .with::<CriteriaSets>()
        .with::<PeriodLocks>()
        .with::<Access>()
        .with::<Persons>()
        .with::<Summaries>()
        .with::<Targets>()
        .with::<Standing>()
        .with::<WorkingCalendar>()
        .with::<ReportingDuties>()
        .with::<Programmes>()
        .with::<BudgetLines>()
        .with::<Works>()
        .followed_by(&FOLLOWERS)
        .followed_by(&[committee::terms::FOLLOWER])
}

/// One line per slice: mounting is documenting.
fn slices(config: &mut ServiceConfig<'_>) {
    // The router asks one after the other, so what is read most comes first; the journal's pattern, which fits many
    // addresses, comes last.
    config
        .configure(reports::routes)
        .configure(units::routes)
        .configure(assessments::routes)
        .configure(assessments::sheet_routes)
        .configure(assessments::evaluation_routes)
        .configure(exchange::routes)
        .configure(criteria::routes)
        .configure(indicators::routes)
        .configure(observations::routes)
        .configure(files::routes)
        .configure(code_lists::routes)
        .configure(calendar::routes)
        .configure(period_locks::routes)
        .configure(reforms::routes)
        .configure(statuses::routes)
        .configure(recognition::routes)
        .configure(parties::routes)
        .configure(acts::routes)
        .configure(committee::routes)
        .configure(programmes::routes)
        .configure(statements::routes)
        .configure(review::routes)
        .configure(access::routes)
        .configure(journal::routes);
}

/// The contract, from the handlers that are mounted.
pub fn contract() -> Contract {
    let (_, document) =
        App::new().into_utoipa_app().service(utoipa_actix_web::scope("/v1").configure(slices)).split_for_parts();
    Contract::new(document)
}

/// A server that listens.
pub struct Running {
    pub port: u16,
    guard: web::Data<Guard>,
    db: web::Data<Db>,
    drain: Duration,
    server: actix_web::dev::Server,
}

/// Listen. Fails where the address is taken or not ours.
pub fn listen(
    db: Db,
    cursor_key: CursorKey,
    options: &ServerOptions,
    settings: GuardSettings,
) -> Result<Running, Error> {
    let listener = TcpListener::bind((options.address, options.port)).map_err(Error::internal)?;
    let port = listener.local_addr().map_err(Error::internal)?.port();
    let guard = web::Data::new(Guard::new(settings));
    let (db, cursors) = (web::Data::new(db), web::Data::new(cursor_key));
    let (unit_cache, report_cache) = (web::Data::new(UnitCache::default()), web::Data::new(ReportCache::default()));
    let contract = web::Data::new(contract());
    if let Some(address) = options.metrics_address {
        serve_metrics(address, guard.clone(), db.clone())?;
    }
    let (shared, served) = (guard.clone(), db.clone());
    // Each worker makes one for itself.
    let application = move || {
        answer_promptly();
        App::new()
            .app_data(shared.clone())
            .app_data(web::Data::new(served.of_worker()))
            .app_data(cursors.clone())
            .app_data(unit_cache.clone())
            .app_data(report_cache.clone())
            .app_data(contract.clone())
            .into_utoipa_app()
            .service(utoipa_actix_web::scope("/v1").configure(slices))
            .into_app()
            .configure(health::routes)
            .configure(page_routes)
            .configure(crate::http::openapi::routes)
            .service(documentation_page())
            .default_service(web::to(not_found))
            // The last one is the outermost: it sees a request first and an answer last.
            .wrap(from_fn(envelope))
            .wrap(from_fn(plain_when_small))
            .wrap(Compress::default())
            .wrap(from_fn(without_identity))
    };
    let mut server = Server::build().shutdown_timeout(30).disable_signals();
    if let Some(workers) = options.workers {
        server = server.workers(usize::from(workers));
    }
    let (heads, unread) = (seconds(options.header_timeout_seconds), seconds(options.write_timeout_seconds));
    let (stopping, refusing) = (server.graceful_shutdown_signal(), guard.clone());
    // `HttpServer` does the same, but lets nobody stand between its parser and the connection.
    let server = server.listen("muctieu", listener, move || {
        let (stopping, refusing) = (stopping.clone(), refusing.clone());
        let http = HttpService::build()
            .client_request_timeout(heads)
            .client_disconnect_timeout(Duration::from_secs(5))
            .on_connect_ext(|wire: &Wire, of_connection| {
                of_connection.insert(wire.passage());
            })
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .h1(map_config(application().into_factory().map_err(|error| error.error_response()), |()| {
                AppConfig::default()
            }));
        fn_service(move |stream: TcpStream| {
            cut_unread_answers(&stream, unread);
            let address = stream.peer_addr().ok();
            ready(Ok((Wire::new(stream, refusing.clone()), address)))
        })
        .and_then(http)
    });
    let server = server.map_err(Error::internal)?.run();
    Ok(Running { port, guard, db, drain: seconds(options.drain_seconds), server })
}

/// A caller that does not read its answer is cut off by the kernel.
fn cut_unread_answers(stream: &TcpStream, unread: Duration) {
    if let Err(error) = socket2::SockRef::from(stream).set_tcp_user_timeout(Some(unread)) {
        tracing::warn!(error = %error, "Answers that are not read cannot be cut off");
    }
}

impl Running {
    /// Serve until SIGTERM or SIGINT, then stop without a failed request: say not ready, close each connection after
    /// its answer for a while, then finish what is under way.
    pub async fn until_stopped(self) -> std::io::Result<()> {
        let handle = self.server.handle();
        let (guard, drain, db) = (self.guard, self.drain, self.db);
        actix_web::rt::spawn(async move {
            stop_signal().await;
            tracing::info!("Stopping");
            guard.drain();
            tokio::time::sleep(drain).await;
            handle.stop(true).await;
        });
        let ended = self.server.await;
        db.leave().await;
        ended
    }
}

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        }
        _ => std::future::pending().await,
    }
}

fn serve_metrics(address: std::net::SocketAddr, guard: web::Data<Guard>, db: web::Data<Db>) -> Result<(), Error> {
    let listener = TcpListener::bind(address).map_err(Error::internal)?;
    let server = HttpServer::new(move || {
        App::new().app_data(guard.clone()).app_data(db.clone()).route("/metrics", web::get().to(metrics))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)
    .map_err(Error::internal)?
    .run();
    actix_web::rt::spawn(server);
    Ok(())
}

async fn metrics(guard: web::Data<Guard>, db: web::Data<Db>) -> HttpResponse {
    let text = telemetry::exposition(guard.in_flight(), db.last_memory().position);
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text)
}
