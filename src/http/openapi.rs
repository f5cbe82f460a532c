//! The contract: what the handlers declare, completed once for all of them (errors, headers, limits, examples).

mod complete;
mod examples;
mod names;

use super::Fresh;
use super::problem::Problem;
use crate::error::Error;
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde_json::Value;
use utoipa::{PartialSchema, ToSchema};

/// The contract as it is served and committed, and what can be read from it.
pub struct Contract {
    document: Value,
    fresh: Fresh,
    routes: Vec<Route>,
}

/// A path of the contract with its methods.
struct Route {
    segments: Vec<String>,
    methods: Vec<Method>,
}

impl Contract {
    pub fn new(mut declared: utoipa::openapi::OpenApi) -> Contract {
        declare_problem(&mut declared);
        let declared = serde_json::to_value(declared).expect("the document is made of maps with text keys");
        let document = complete::complete(declared);
        let text = text_of(&document);
        let mut routes: Vec<Route> = paths_of(&document);
        let pages = ["/health/live", "/health/ready", "/openapi.json", "/problems/{slug}"];
        routes.extend(pages.iter().map(|path| Route { segments: segments(path), methods: vec![Method::GET] }));
        Contract { fresh: Fresh::bytes(text.into_bytes(), "application/json").as_reference(), document, routes }
    }

    /// The document as text, ending with a line break.
    pub fn text(&self) -> String {
        text_of(&self.document)
    }

    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Methods of a path, where the contract has it.
    fn methods_of(&self, path: &str) -> Vec<&Method> {
        let asked = segments(path);
        let fits = |route: &&Route| {
            route.segments.len() == asked.len()
                && route.segments.iter().zip(&asked).all(|(own, asked)| own.starts_with('{') || own == asked)
        };
        // What a path spells out is meant before what stands for any id.
        match self.routes.iter().find(|route| route.segments == asked) {
            Some(route) => route.methods.iter().collect(),
            None => self.routes.iter().filter(fits).flat_map(|route| &route.methods).collect(),
        }
    }
}

/// No handler declares the body of refusals: the answers that show it are added to all operations alike.
fn declare_problem(declared: &mut utoipa::openapi::OpenApi) {
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    declared.components.get_or_insert_default().schemas.extend(schemas);
}

fn text_of(document: &Value) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("a value can be written");
    text.push('\n');
    text
}

fn segments(path: &str) -> Vec<String> {
    path.trim_start_matches('/').split('/').map(str::to_owned).collect()
}

fn paths_of(document: &Value) -> Vec<Route> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let route = |(path, operations): (&String, &Value)| Route {
        segments: segments(path),
        methods: operations
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(method, _)| Method::from_bytes(method.to_uppercase().as_bytes()).ok())
            .collect(),
    };
    paths.map(route).collect()
}

/// What no handler takes: 405 where the path is known under another method, else 404.
pub async fn not_found(request: HttpRequest, contract: web::Data<Contract>) -> Result<HttpResponse, Error> {
    let methods = contract.methods_of(request.path());
    if methods.is_empty() || methods.contains(&request.method()) {
        return Err(Error::NotFound);
    }
    let mut names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    if names.contains(&"GET") {
        names.push("HEAD");
    }
    names.sort_unstable();
    names.dedup();
    Ok(HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, names.join(", "))).finish())
}

#[get("/openapi.json")]
async fn get_openapi(contract: web::Data<Contract>) -> Fresh {
    contract.fresh.clone()
}

pub fn routes(config: &mut web::ServiceConfig) {
    config.service(get_openapi);
}
