//! Shows the gallery without a database: `cargo run -p web --example gallery -- 127.0.0.1:4010`.

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use web::ui;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:4010".to_owned());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let app = Router::new()
        .route("/", get(|| async { ui::gallery::page() }))
        .route("/shop", get(|| async { ui::gallery::shop_page() }))
        .route("/problem", get(|| async { ui::gallery::problem_page() }))
        .route("/sign-in", get(|| async { ui::gallery::sign_in_page() }))
        .route("/admin/gallery/live", get(|| async { ui::gallery::live_part() }))
        .route("/assets/{file}", get(asset));
    axum::serve(listener, app).await
}

async fn asset(Path(file): Path<String>) -> Response {
    match ui::assets::get(&file) {
        Some((kind, bytes, _)) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
