//! The empty handler: actix-web with one route, no middleware, no body, one worker. What everything is compared with.

use actix_web::{App, HttpResponse, HttpServer, web};

/// First argument of the bench where it is to be the empty server.
pub const COMMAND: &str = "--empty-handler";

/// Serve on a free port, which is the one line of standard output.
pub fn serve() {
    let served = actix_web::rt::System::new().block_on(async {
        let server = HttpServer::new(|| App::new().route("/", web::get().to(HttpResponse::Ok)))
            .workers(1)
            .bind(("127.0.0.1", 0))?;
        println!("{}", server.addrs()[0]);
        server.run().await
    });
    served.expect("the empty handler serves");
}
