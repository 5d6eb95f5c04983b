package mx.difusor.agent.status;

/** Builds a page; whatever is not written by us goes through {@link #text}. */
final class Html {

    private final StringBuilder page = new StringBuilder(8_192);

    /** Markup of ours, as it is. */
    Html raw(String markup) {
        page.append(markup);
        return this;
    }

    /** Anything else: a name, a message, a translation. */
    Html text(String text) {
        page.append(escape(text));
        return this;
    }

    /** An element of ours around a text. */
    Html element(String openingTag, String text) {
        String name = openingTag.split(" ", 2)[0];
        return raw("<" + openingTag + ">").text(text).raw("</" + name + ">");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @Override
    public String toString() {
        return page.toString();
    }
}
