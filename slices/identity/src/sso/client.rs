//! Talking to a provider: what it says of itself, where a browser is sent, and what comes back.

use super::model::Vouched;
use super::rules::refused;
use chrono::{DateTime, Utc};
use facts::Time;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreGenderClaim, CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier,
    CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, DiscoveryError, EmptyAdditionalClaims, EndUserName,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, LocalizedClaim, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse, UserInfoClaims,
};
use std::future::Future;
use std::time::Duration;
use store::{Error, Result};
use web::http::Outside;

/// The most that an answer of a provider may hold, in bytes; keys of the largest take a tenth of it.
const ANSWER_MOST: usize = 512 * 1_024;
/// A provider that takes longer than this for one step is away.
const PATIENCE: Duration = Duration::from_secs(15);
/// How far a provider's clock may be ahead of ours.
const AHEAD: Duration = Duration::from_secs(5 * 60);
/// How old a token may be that was made for a sign-in which lasts ten minutes at the most.
const OLD: Duration = Duration::from_secs(15 * 60);

/// Signatures that are believed: with the provider's own key, never with a secret that we share or with none.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// A provider, and what it calls the shop.
pub(super) struct Provider {
    outside: Outside,
    client: Client,
    client_id: ClientId,
}

/// What a provider says of itself, where it can be used.
///
/// # Errors
/// `issuer`, with what is wrong with it in words for whoever typed it.
pub(super) async fn discover(outside: &Outside, issuer: &str) -> Result<CoreProviderMetadata> {
    let wrong = |what: String| Error::field("issuer", what);
    outside.check("issuer", issuer)?;
    let url = IssuerUrl::new(issuer.to_owned()).map_err(|_| wrong("an address such as https://accounts.example.com".to_owned()))?;
    let http = http(outside);
    let found =
        in_time(CoreProviderMetadata::discover_async(url, &http)).await.map_err(|_| wrong("it does not answer in time".to_owned()))?;
    let metadata = found.map_err(|error| wrong(in_words(&error)))?;
    let endpoints = [Some(metadata.authorization_endpoint().as_str()), metadata.token_endpoint().map(|url| url.as_str())];
    for endpoint in endpoints {
        let endpoint = endpoint.ok_or_else(|| wrong("it has no token endpoint, so no codes can be exchanged".to_owned()))?;
        outside.check("issuer", endpoint).map_err(|_| wrong(format!("it sends browsers to {endpoint}, which is no safe address")))?;
    }
    Ok(metadata)
}

fn in_words(error: &DiscoveryError<Error>) -> String {
    match error {
        DiscoveryError::Request(error) => error.message().to_owned(),
        DiscoveryError::Response(status, ..) => {
            format!("it answers {} for /.well-known/openid-configuration: is the address complete?", status.as_u16())
        }
        DiscoveryError::Parse(_) => "what it answers at /.well-known/openid-configuration is no description of a provider".to_owned(),
        DiscoveryError::Validation(why) => format!("it names itself otherwise, and the address must be exactly that: {why}"),
        _ => "it is no OpenID Connect provider".to_owned(),
    }
}

fn http(outside: &Outside) -> impl Fn(HttpRequest) -> std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse>> + Send>> {
    let outside = outside.clone();
    move |request| {
        let outside = outside.clone();
        Box::pin(async move { outside.send(request, ANSWER_MOST).await })
    }
}

async fn in_time<T>(work: impl Future<Output = T>) -> Result<T> {
    tokio::time::timeout(PATIENCE, work).await.map_err(|_| away())
}

/// The answer where the provider does not.
fn away() -> Error {
    refused("sso_away", "Your provider does not answer as it should. Try again in a moment, or tell your shop's owner.")
}

/// The answer to a token that does not hold, whatever is wrong with it: the log knows.
fn not_believed(what: impl std::fmt::Display) -> Error {
    tracing::info!(%what, "a provider's token was not believed");
    refused("sso_token", "What your provider sent cannot be believed. Start again.")
}

/// What leaves with a browser.
pub(super) struct Ticket {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

impl Provider {
    /// The provider of a shop, asked anew, so that its keys are those of now.
    ///
    /// # Errors
    /// As [`discover`]; a client's name or secret that is none.
    pub(super) async fn find(outside: &Outside, issuer: &str, client_id: &str, secret: Option<String>, callback: String) -> Result<Self> {
        let metadata = discover(outside, issuer).await?;
        let only_in_body = metadata.token_endpoint_auth_methods_supported().is_some_and(|known| {
            known.contains(&CoreClientAuthMethod::ClientSecretPost) && !known.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        let client_id = ClientId::new(client_id.to_owned());
        let redirect = RedirectUrl::new(callback).map_err(Error::internal)?;
        let client =
            CoreClient::from_provider_metadata(metadata, client_id.clone(), secret.map(ClientSecret::new)).set_redirect_uri(redirect);
        let client = if only_in_body { client.set_auth_type(AuthType::RequestBody) } else { client };
        Ok(Self { outside: outside.clone(), client, client_id })
    }

    /// Where a browser is sent.
    pub(super) fn address(&self, ticket: &Ticket) -> String {
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(ticket.verifier.clone()));
        let (state, nonce) = (ticket.state.clone(), ticket.nonce.clone());
        let request = self.client.authorize_url(CoreAuthenticationFlow::AuthorizationCode, || CsrfToken::new(state), || Nonce::new(nonce));
        let scopes = ["email", "profile"].map(|scope| Scope::new(scope.to_owned()));
        request.add_scopes(scopes).set_pkce_challenge(challenge).url().0.into()
    }

    /// Whom the provider vouches for, in exchange for the code that the browser came back with.
    ///
    /// # Errors
    /// `sso_away`, `sso_token`.
    pub(super) async fn vouched(&self, code: String, nonce: &str, verifier: String, now: Time) -> Result<Vouched> {
        let http = http(&self.outside);
        let exchange = self.client.exchange_code(AuthorizationCode::new(code)).map_err(|_| away())?;
        let exchange = exchange.set_pkce_verifier(PkceCodeVerifier::new(verifier));
        let token: CoreTokenResponse = in_time(exchange.request_async(&http)).await?.map_err(not_believed)?;
        let id_token = token.id_token().ok_or_else(|| not_believed("no ID token"))?;
        let claims = self.claims(&token, id_token, nonce, now)?;
        let vouched = Vouched {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            email: claims.email().map(|email| email.to_string()),
            email_verified: claims.email_verified() == Some(true),
            name: first(claims.name()),
        };
        // Providers that keep to the letter tell the address only where it is asked for.
        if vouched.email.is_some() || self.client.user_info_url().is_none() {
            return Ok(vouched);
        }
        let request = self.client.user_info(token.access_token().clone(), Some(claims.subject().clone())).map_err(|_| away())?;
        let more: CoreUserInfoClaims = in_time(request.request_async(&http)).await?.map_err(not_believed)?;
        Ok(with(vouched, &more))
    }

    /// What the token says, if it is the provider's, for this client and this sign-in, and of now.
    fn claims<'a>(&self, token: &CoreTokenResponse, id_token: &'a CoreIdToken, nonce: &str, now: Time) -> Result<&'a CoreIdTokenClaims> {
        let moment = |time: Time| DateTime::<Utc>::from_timestamp_millis(time.millis()).unwrap_or_default();
        let (earliest, latest) = (moment(now.before(OLD)), moment(now.after(AHEAD)));
        let issued = move |at: DateTime<Utc>| {
            if (earliest..=latest).contains(&at) { Ok(()) } else { Err(format!("issued at {at}, which is not now")) }
        };
        let verifier: CoreIdTokenVerifier<'_> = self.client.id_token_verifier();
        let verifier = verifier.set_allowed_algs(SIGNATURES).set_time_fn(move || moment(now)).set_issue_time_verifier_fn(issued);
        let claims = id_token.claims(&verifier, &Nonce::new(nonce.to_owned())).map_err(not_believed)?;
        if claims.authorized_party().is_some_and(|party| **party != *self.client_id) {
            return Err(not_believed("made for another client"));
        }
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(not_believed)?;
            let key = id_token.signing_key(&verifier).map_err(not_believed)?;
            let found = AccessTokenHash::from_token(token.access_token(), algorithm, key).map_err(not_believed)?;
            if found != *expected {
                return Err(not_believed("another access token than the one it was made with"));
            }
        }
        Ok(claims)
    }
}

fn with(vouched: Vouched, more: &UserInfoClaims<EmptyAdditionalClaims, CoreGenderClaim>) -> Vouched {
    Vouched {
        email: more.email().map(|email| email.to_string()),
        email_verified: more.email_verified() == Some(true),
        name: first(more.name()).or(vouched.name),
        ..vouched
    }
}

fn first(name: Option<&LocalizedClaim<EndUserName>>) -> Option<String> {
    name?.iter().next().map(|(_, name)| name.to_string())
}
