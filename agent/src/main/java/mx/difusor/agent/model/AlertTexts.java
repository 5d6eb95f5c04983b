package mx.difusor.agent.model;

import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;

/** What an alert's code means, for people, in Spanish and English. */
public final class AlertTexts {

    private static final String BUNDLE = "mx.difusor.agent.model.alerts";
    private static final Locale SPANISH = new Locale("es");

    private final ResourceBundle bundle;

    private AlertTexts(ResourceBundle bundle) {
        this.bundle = bundle;
    }

    /** Spanish for any Spanish locale, English otherwise. */
    public static AlertTexts of(Locale wanted) {
        // English is the root bundle; asking for any other locale would fall back to the machine's own.
        Locale locale = wanted.getLanguage().equals("es") ? SPANISH : Locale.ROOT;
        return new AlertTexts(ResourceBundle.getBundle(BUNDLE, locale));
    }

    /** In a few words; the code itself where it is not known. */
    public String title(String code) {
        return text(code, code);
    }

    /** What to do, in a sentence; empty where the code is not known. */
    public String cure(String code) {
        return text(code + ".cure", "");
    }

    private String text(String key, String otherwise) {
        try {
            return bundle.getString(key);
        } catch (MissingResourceException e) {
            return otherwise;
        }
    }
}
