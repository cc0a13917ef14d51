//! Something to download with each of the products that a new shop has to sell.

use bytes::Bytes;
use facts::TenantId;
use files::SetProductFile;
use store::{Result, Who};
use web::App;

const GUIDES: [(&str, &str, &str); 4] = [
    ("starter", "starter-guide.txt", "The starter guide\n\nPut your own file in the place of this one: Account, Files.\n"),
    ("pro", "pro-templates.txt", "Templates for teams\n\nPut your own file in the place of this one: Account, Files.\n"),
    ("premium", "premium-library.txt", "The complete library\n\nPut your own file in the place of this one: Account, Files.\n"),
    ("platinum", "platinum-welcome.txt", "Welcome to Platinum\n\nPut your own file in the place of this one: Account, Files.\n"),
];

/// Gives the demo's products a file each, where the shop has no file at all.
///
/// # Errors
/// The place where files are kept is away.
pub(crate) async fn add(app: &App, tenant: TenantId) -> Result<()> {
    if files::any(&mut app.db.read_main(tenant)).await? {
        return Ok(());
    }
    let who = Who::system(tenant, "samples");
    for (product, name, text) in GUIDES {
        let file = files::add(app, &who, name, "text/plain", Bytes::from_static(text.as_bytes())).await?;
        app.db.run(&who, SetProductFile { product: product.to_owned(), file: Some(file) }).await?;
    }
    Ok(())
}
