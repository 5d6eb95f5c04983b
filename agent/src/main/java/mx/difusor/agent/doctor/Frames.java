package mx.difusor.agent.doctor;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mx.difusor.agent.visit.PageLook;

/** Whether portals of others may show the page in a frame. Browsers follow the policy where there are both headers. */
final class Frames {

    private static final Pattern ANCESTORS = Pattern.compile("frame-ancestors\\s+([^;,]+)");

    private Frames() {}

    static Finding of(PageLook.Seen seen) {
        String policy = seen.header("Content-Security-Policy").toLowerCase(Locale.ROOT);
        Matcher ancestors = ANCESTORS.matcher(policy);
        if (ancestors.find()) {
            String allowed = ancestors.group(1).strip();
            if (allowed.matches(".*(^|\\s)(\\*|https:)($|\\s).*")) {
                return Finding.fine(CheckId.FRAMES, "allowed");
            }
            return allowed.equals("'none'") || allowed.equals("'self'")
                    ? Finding.fault(CheckId.FRAMES, "forbidden", "Content-Security-Policy: frame-ancestors " + allowed)
                    : Finding.note(CheckId.FRAMES, "some", allowed);
        }
        String options = seen.header("X-Frame-Options");
        return options.isEmpty()
                ? Finding.fine(CheckId.FRAMES, "allowed")
                : Finding.fault(CheckId.FRAMES, "forbidden", "X-Frame-Options: " + options);
    }
}
