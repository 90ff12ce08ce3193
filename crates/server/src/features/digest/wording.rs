//! What is said in mails, and on the page that unsubscribes. Counts stand apart from the sentences, so that none of them needs
//! a plural.

use linnet_contract::digest::Language;

/// The sentences of one language. `{host}` is where the chat is, `{count}` a number.
pub(super) struct Words {
    /// Its tag (BCP 47).
    pub(super) tag: &'static str,
    /// How it is written.
    pub(super) direction: &'static str,
    pub(super) code_subject: &'static str,
    pub(super) code_why: &'static str,
    pub(super) code_ignore: &'static str,
    pub(super) subject: &'static str,
    pub(super) why: &'static str,
    pub(super) more: &'static str,
    pub(super) open: &'static str,
    pub(super) stop_why: &'static str,
    pub(super) stop: &'static str,
    pub(super) ask: &'static str,
    pub(super) stopped: &'static str,
    pub(super) unknown: &'static str,
}

/// The sentences of a language.
pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Spanish => &SPANISH,
        Language::German => &GERMAN,
        Language::Arabic => &ARABIC,
        Language::Japanese => &JAPANESE,
    }
}

/// The first language that a browser asks for and that there is.
pub(super) fn preferred(accept_language: &str) -> Language {
    let known = |range: &str| {
        let primary = range.split([';', '-']).next().unwrap_or_default().trim();
        ALL.into_iter()
            .find(|language| words(*language).tag.eq_ignore_ascii_case(primary))
    };
    accept_language.split(',').take(20).find_map(known).unwrap_or_default()
}

const ALL: [Language; 5] = [
    Language::English,
    Language::Spanish,
    Language::German,
    Language::Arabic,
    Language::Japanese,
];

const ENGLISH: Words = Words {
    tag: "en",
    direction: "ltr",
    code_subject: "Your code for {host}",
    code_why: "Somebody with an account on {host} wants to be told at this address about unread messages. To confirm that this is your address, type this code there within an hour:",
    code_ignore: "If that was not you, ignore this mail: nothing more will come.",
    subject: "Unread messages on {host}: {count}",
    why: "While you were away, there were messages for you:",
    more: "There are more in further conversations.",
    open: "Open {host}",
    stop_why: "You get this mail, once a day at most, because you asked for it in the settings.",
    stop: "Unsubscribe",
    ask: "Do you want to get no more mails about unread messages?",
    stopped: "You will get no more mails about unread messages. You can turn them on again in the settings.",
    unknown: "This link is not valid any more. The address that it was made for gets no mails.",
};

const SPANISH: Words = Words {
    tag: "es",
    direction: "ltr",
    code_subject: "Tu código para {host}",
    code_why: "Alguien con una cuenta en {host} quiere recibir en esta dirección avisos de mensajes sin leer. Para confirmar que la dirección es tuya, escribe allí este código antes de una hora:",
    code_ignore: "Si no fuiste tú, ignora este correo: no llegará nada más.",
    subject: "Mensajes sin leer en {host}: {count}",
    why: "Mientras no estabas, llegaron mensajes para ti:",
    more: "Hay más en otras conversaciones.",
    open: "Abrir {host}",
    stop_why: "Recibes este correo, como mucho una vez al día, porque lo pediste en los ajustes.",
    stop: "Darse de baja",
    ask: "¿No quieres recibir más correos sobre mensajes sin leer?",
    stopped: "Ya no recibirás correos sobre mensajes sin leer. Puedes volver a activarlos en los ajustes.",
    unknown: "Este enlace ya no es válido. La dirección para la que se creó no recibe correos.",
};

const GERMAN: Words = Words {
    tag: "de",
    direction: "ltr",
    code_subject: "Dein Code für {host}",
    code_why: "Jemand mit einem Konto auf {host} möchte unter dieser Adresse von ungelesenen Nachrichten erfahren. Um zu bestätigen, dass es deine Adresse ist, gib dort innerhalb einer Stunde diesen Code ein:",
    code_ignore: "Wenn du das nicht warst, ignoriere diese E-Mail: Es kommt nichts weiter.",
    subject: "Ungelesene Nachrichten auf {host}: {count}",
    why: "Während du weg warst, kamen Nachrichten für dich:",
    more: "In weiteren Unterhaltungen gibt es noch mehr.",
    open: "{host} öffnen",
    stop_why: "Du bekommst diese E-Mail höchstens einmal am Tag, weil du es in den Einstellungen so gewählt hast.",
    stop: "Abbestellen",
    ask: "Möchtest du keine E-Mails über ungelesene Nachrichten mehr bekommen?",
    stopped: "Du bekommst keine E-Mails über ungelesene Nachrichten mehr. In den Einstellungen kannst du sie wieder einschalten.",
    unknown: "Dieser Link ist nicht mehr gültig. Die Adresse, für die er gedacht war, bekommt keine E-Mails.",
};

const ARABIC: Words = Words {
    tag: "ar",
    direction: "rtl",
    code_subject: "رمزك على {host}",
    code_why: "يريد شخص لديه حساب على {host} أن يُبلَّغ على هذا العنوان بالرسائل غير المقروءة. لتأكيد أن العنوان لك، أدخل هذا الرمز هناك خلال ساعة:",
    code_ignore: "إن لم تكن أنت من طلب ذلك فتجاهل هذه الرسالة: لن يصلك شيء آخر.",
    subject: "رسائل غير مقروءة على {host}: {count}",
    why: "وصلتك رسائل أثناء غيابك:",
    more: "وهناك المزيد في محادثات أخرى.",
    open: "افتح {host}",
    stop_why: "تصلك هذه الرسالة مرة واحدة في اليوم على الأكثر لأنك طلبتها في الإعدادات.",
    stop: "إلغاء الاشتراك",
    ask: "هل تريد ألا تصلك رسائل بريد أخرى عن الرسائل غير المقروءة؟",
    stopped: "لن تصلك رسائل بريد أخرى عن الرسائل غير المقروءة. يمكنك تشغيلها من جديد في الإعدادات.",
    unknown: "لم يعد هذا الرابط صالحًا. العنوان الذي أُنشئ له لا تصله رسائل.",
};

const JAPANESE: Words = Words {
    tag: "ja",
    direction: "ltr",
    code_subject: "{host} の確認コード",
    code_why: "{host} のアカウントをお持ちの方が、未読メッセージのお知らせをこのアドレスで受け取ることを希望しています。ご自身のアドレスであることを確認するため、1 時間以内に次のコードを入力してください。",
    code_ignore: "お心当たりがない場合は、このメールを無視してください。これ以上メールは届きません。",
    subject: "{host} の未読メッセージ: {count}",
    why: "不在の間に届いたメッセージがあります。",
    more: "ほかの会話にも未読があります。",
    open: "{host} を開く",
    stop_why: "このメールは、設定でご希望いただいたため、1 日 1 回を上限としてお送りしています。",
    stop: "配信を停止",
    ask: "未読メッセージのお知らせメールを停止しますか?",
    stopped: "未読メッセージのお知らせメールを停止しました。設定でもう一度有効にできます。",
    unknown: "このリンクはもう有効ではありません。作成時のアドレスにメールは送られません。",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_where_and_how_many() {
        for language in ALL {
            let words = words(language);
            assert!(
                words.subject.contains("{host}") && words.subject.contains("{count}"),
                "{}",
                words.tag
            );
            for text in [words.code_subject, words.code_why, words.open] {
                assert!(text.contains("{host}"), "{text}");
            }
            assert_eq!(serde_json::json!(language), words.tag);
        }
    }

    #[test]
    fn a_browser_gets_the_first_language_that_there_is() {
        assert_eq!(preferred("fr-FR, de-AT;q=0.8, en;q=0.5"), Language::German);
        assert_eq!(preferred("JA"), Language::Japanese);
        assert_eq!(preferred(""), Language::English);
        assert_eq!(preferred("*"), Language::English);
    }
}
