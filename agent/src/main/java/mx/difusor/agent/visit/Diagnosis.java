package mx.difusor.agent.visit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.model.TreeFile;

/** The likely cause of an answer that is not what it should be, and its cure, in words. */
final class Diagnosis {

    /** Headers by which caches give themselves away. */
    private static final List<String> OF_CACHES = List.of("Age", "X-Cache", "X-Cache-Status", "CF-Cache-Status", "Via");

    /** Characters of something foreign in a message. */
    private static final int QUOTED = 200;

    private static final int REDIRECTS = 300;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
    private static final int TOO_MANY = 429;
    private static final int ERRORS = 400;
    private static final int SERVER_ERRORS = 500;
    private static final int BAD_GATEWAY = 502;
    private static final int GATEWAY_TIMEOUT = 504;

    /** For a request that only tells more about what is known to be wrong. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Visitor visitor;
    private final String liveRoot;

    Diagnosis(Visitor visitor, String liveRoot) {
        this.visitor = visitor;
        this.liveRoot = liveRoot;
    }

    static Finding silent(URI address, Reply.Silence silence) {
        Reply.Cause cause = silence.cause();
        return new Finding(
                cause.ofTheCertificate() ? Finding.Code.CERTIFICATE : Finding.Code.DOWN,
                "%s cannot be had: %s (%s); %s"
                        .formatted(address, cause.words(), quoted(silence.detail()), cause.cure()));
    }

    /** A status that is not 200. */
    Finding refused(SiteProbe.Odd odd) {
        int status = odd.answer().status();
        boolean page = odd.file().path().equals(Question.PAGE);
        String answers = asked(odd) + " is answered with the status " + status + ": ";
        String cause;
        if (status == NOT_FOUND || status == GONE) {
            cause = page
                    ? "its root is not the live link; let it name " + liveRoot + ", with index.html as its index"
                    : "the page is right, but this file of the live release is not found; see that the web server's root"
                            + " names " + liveRoot + " and that no rule of it hides such files";
        } else if (status == FORBIDDEN) {
            cause = "the web server may not read what the live link leads to; let its account enter every folder on the"
                    + " way (namei -l " + liveRoot + "), give Apache `Options FollowSymLinks`, and leave nginx's"
                    + " disable_symlinks off";
        } else if (status == UNAUTHORIZED) {
            cause = "it asks visitors for a password; take that out of the web server's configuration";
        } else if (status == TOO_MANY) {
            cause = "the web server or what stands in front of it limits requests; let this host's through";
        } else if (status >= BAD_GATEWAY && status <= GATEWAY_TIMEOUT) {
            cause = "what stands in front (a proxy, a CDN) gets no answer from the web server; look at that one";
        } else if (status >= SERVER_ERRORS) {
            cause = "the web server fails; see its error log";
        } else if (status >= REDIRECTS && status < ERRORS) {
            cause = "it redirects in a circle, more than five times, or from https to http; see its redirects";
        } else {
            cause = "only 200 is right here; see the web server's configuration and its error log";
        }
        return new Finding(Finding.Code.DOWN, answers + cause);
    }

    /** Bytes of another release. */
    Finding old(SiteProbe.Odd odd, String whose, Shown shown) throws InterruptedException {
        String what = "%s comes as it was in %s, but %s is live: ".formatted(asked(odd), whose, shown.name());
        String cause = rightPastCaches(odd)
                ? "a request past the caches gets the right one, so a cache in between keeps it%s; let it keep pages for a"
                                .formatted(signs(odd))
                        + " few seconds only, or empty it after each cut"
                : "the web server's root names the folder of a release, or a copy, instead of " + liveRoot
                        + ", or nginx's open_file_cache is on, or a cache or CDN in front keeps it" + signs(odd)
                        + "; set the root to the live link, take open_file_cache out, empty the cache";
        return new Finding(Finding.Code.OLD, what + cause);
    }

    /** Bytes of no release. */
    Finding wrong(SiteProbe.Odd odd, Shown shown) throws InterruptedException {
        String what = "%s comes with bytes that are of no release: ".formatted(asked(odd));
        Optional<String> packed = odd.answer().headers().firstValue("Content-Encoding");
        String cause;
        if (packed.isPresent()) {
            cause = "they are compressed (%s) though nobody asked for that; turn that off in what stands in front"
                    .formatted(quoted(packed.get()));
        } else {
            Optional<String> alteration = alteration(odd, shown);
            if (alteration.isPresent()) {
                cause = alteration.get();
            } else if (rightPastCaches(odd)) {
                cause = "a request past the caches gets the right ones, so a cache in between keeps something else%s;"
                                .formatted(signs(odd))
                        + " empty it";
            } else {
                cause =
                        "the web server's root is another folder, or another server answers under this name; let the root"
                                + " name " + liveRoot + signs(odd);
            }
        }
        return new Finding(Finding.Code.WRONG, what + cause);
    }

    /** Where the right bytes were cut off or something was put between them. */
    private static Optional<String> alteration(SiteProbe.Odd odd, Shown shown) {
        byte[] came = odd.answer().body().bytes();
        byte[] right;
        try {
            right = Files.readAllBytes(shown.folder().resolve(odd.file().path()));
        } catch (IOException e) {
            return Optional.empty();
        }
        int least = Math.min(came.length, right.length);
        int before = 0;
        while (before < least && came[before] == right[before]) {
            before++;
        }
        int after = 0;
        while (after < least - before && came[came.length - 1 - after] == right[right.length - 1 - after]) {
            after++;
        }
        if (came.length < right.length && before == came.length) {
            return Optional.of(
                    "only the first %d of %d bytes come; see the error logs of the web server and of what stands"
                                    .formatted(came.length, right.length)
                            + " in front, and the free space of both");
        }
        if (came.length > right.length && before + after == right.length && right.length > 0) {
            return Optional.of("%d bytes are put in after the first %d, as a CDN or a proxy does that adds a script or"
                            .formatted(came.length - right.length, before)
                    + " optimises pages; turn that off for this site");
        }
        return Optional.empty();
    }

    private boolean rightPastCaches(SiteProbe.Odd odd) throws InterruptedException {
        TreeFile file = odd.file();
        return visitor.getPastCaches(odd.address(), PATIENCE) instanceof Reply.Answer answer
                && answer.is(file.sha256());
    }

    private static String asked(SiteProbe.Odd odd) {
        URI ended = odd.answer().ended();
        return ended.equals(odd.address())
                ? odd.address().toString()
                : odd.address() + " (redirected to " + quoted(ended.toString()) + ")";
    }

    private static String signs(SiteProbe.Odd odd) {
        List<String> signs = new ArrayList<>();
        for (String name : OF_CACHES) {
            odd.answer().headers().firstValue(name).ifPresent(value -> signs.add(name + ": " + quoted(value)));
        }
        return signs.isEmpty() ? "" : " (" + String.join(", ", signs) + ")";
    }

    private static String quoted(String foreign) {
        String text = foreign.replaceAll("\\p{Cntrl}", " ");
        return text.length() <= QUOTED ? text : text.substring(0, QUOTED) + "…";
    }
}
