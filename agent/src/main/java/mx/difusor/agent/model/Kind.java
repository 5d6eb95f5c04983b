package mx.difusor.agent.model;

import java.util.Locale;
import java.util.Optional;

/** What a package brings (contract, "A package"). */
public enum Kind {
    /** A whole site: it starts the tree anew. */
    SITE,
    /** Results: laid over the tree. */
    DATA,
    /** A page shown instead of the results until the next site or data. */
    NOTICE;

    /** As the manifest, the receipt and the configuration write it: {@code site}, {@code data}, {@code notice}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Kind> ofCode(String code) {
        for (Kind kind : values()) {
            if (kind.code().equals(code)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
