//! Why a message is in its state, as people say it.

/// The words for a message's reason; what a provider's failure left there is words already.
pub fn reason(reason: &str) -> &str {
    match reason {
        "channel_not_configured" => "no account is set up for this channel",
        "template_off" => "its template is switched off",
        "unsubscribed" => "they have unsubscribed",
        "stop_word" => "they wrote STOP",
        "provider_opt_out" => "they told the provider to stop",
        "complained" => "they called an earlier one spam",
        "by_hand" => "your shop has stopped this address",
        "bounced" => "there is no such mailbox",
        "sms_instead" => "an SMS went in its place",
        "went_another_way" => "it went by another channel",
        "capped" => "they had as many offers lately as one person gets",
        "contact_erased" => "they were erased",
        "undeliverable" => "nothing can be delivered to this address",
        reason => reason,
    }
}
