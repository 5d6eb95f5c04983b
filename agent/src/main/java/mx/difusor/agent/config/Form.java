package mx.difusor.agent.config;

import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.ForbiddenTypes;
import mx.difusor.agent.model.Kind;

/**
 * How one kind of value is written.
 *
 * @param parse empty where the text is not of this form
 * @param accepted what is, in words
 * @param secret a wrong value may be the secret itself, so no message repeats it
 */
record Form<T>(Function<String, Optional<T>> parse, Phrase accepted, boolean secret) {

    Form(Function<String, Optional<T>> parse, Phrase accepted) {
        this(parse, accepted, false);
    }

    /** Longest name of a difusor and longest IIS site path, in characters. */
    static final int MAX_TEXT = 200;

    /** A year is longer than any election's rhythm; beyond it a duration is a slip. */
    static final Duration MAX_DURATION = Duration.ofDays(366);

    private static final Pattern SIZE = Pattern.compile("(\\d{1,19}) ?(B|[KMGT]B|[KMGT]iB)?");
    private static final Map<String, Long> UNITS = Map.of(
            "B", 1L,
            "KB", 1_000L,
            "MB", 1_000_000L,
            "GB", 1_000_000_000L,
            "TB", 1_000_000_000_000L,
            "KiB", 1L << 10,
            "MiB", 1L << 20,
            "GiB", 1L << 30,
            "TiB", 1L << 40);
    private static final Pattern DIFUSOR = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern UPLOADER = Pattern.compile("[a-z0-9][a-z0-9._-]{0,31}");
    private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]{1,16}");
    private static final int MAX_PREFIX_V4 = 32;
    private static final int MAX_PREFIX_V6 = 128;

    static final Form<String> TEXT = new Form<>(Form::text, Phrase.of("accepted.text", MAX_TEXT));
    static final Form<String> DIFUSOR_ID = matching(DIFUSOR, "accepted.difusor-id");
    static final Form<String> EVENT_ID = matching(Event.ID, "accepted.event-id");
    static final Form<String> UPLOADER_NAME = matching(UPLOADER, "accepted.uploader");
    static final Form<Boolean> FLAG = new Form<>(Form::flag, Phrase.of("accepted.flag"));
    static final Form<Long> SIZE_IN_BYTES = new Form<>(Form::size, Phrase.of("accepted.size"));
    static final Form<Duration> DURATION = new Form<>(Form::duration, Phrase.of("accepted.duration"));
    static final Form<Instant> TIME = new Form<>(Form::time, Phrase.of("accepted.time"));
    static final Form<Address> ADDRESS = new Form<>(Address::parse, Phrase.of("accepted.address"));
    static final Form<String> NETWORK = new Form<>(Form::network, Phrase.of("accepted.network"));
    static final Form<Digest> FINGERPRINT = new Form<>(Form::fingerprint, Phrase.of("accepted.fingerprint"));
    static final Form<Digest> TOKEN = new Form<>(Form::fingerprint, Phrase.of("accepted.token"), true);
    static final Form<URI> WEB_ADDRESS = new Form<>(Form::webAddress, Phrase.of("accepted.web-address"));

    static Form<Integer> wholeNumber(int least, int most) {
        return new Form<>(text -> wholeNumber(text, least, most), Phrase.of("accepted.number", least, most));
    }

    /** What a package of that kind may be allowed to bring. */
    static Form<String> fileType(Kind kind) {
        return new Form<>(
                text -> Optional.of(text)
                        .filter(EXTENSION.asMatchPredicate())
                        .filter(extension -> !ForbiddenTypes.inPackage(kind, extension)),
                Phrase.of(kind == Kind.DATA ? "accepted.data-type" : "accepted.file-type"));
    }

    /** The enum's constants in lower case. */
    static <E extends Enum<E>> Form<E> oneOf(Class<E> type) {
        String accepted = Arrays.stream(type.getEnumConstants()).map(Form::code).collect(Collectors.joining(" | "));
        return new Form<>(
                text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> code(constant).equals(text))
                        .findFirst(),
                Phrase.of("accepted.literally", accepted));
    }

    /** Relative paths start at {@code base}. */
    static Form<Path> path(Path base) {
        return new Form<>(text -> path(base, text), Phrase.of("accepted.path"));
    }

    private static String code(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static Form<String> matching(Pattern pattern, String accepted) {
        return new Form<>(text -> Optional.of(text).filter(pattern.asMatchPredicate()), Phrase.of(accepted));
    }

    private static Optional<String> text(String text) {
        boolean fine =
                !text.isBlank() && text.length() <= MAX_TEXT && text.chars().noneMatch(Character::isISOControl);
        return fine ? Optional.of(text.strip()) : Optional.empty();
    }

    private static Optional<Boolean> flag(String text) {
        return switch (text) {
            case "true", "True", "TRUE" -> Optional.of(true);
            case "false", "False", "FALSE" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static Optional<Integer> wholeNumber(String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            return number >= least && number <= most ? Optional.of(number) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Long> size(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long unit = matcher.group(2) == null ? 1 : UNITS.getOrDefault(matcher.group(2), 1L);
        BigInteger bytes = new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(unit));
        boolean fits = bytes.signum() > 0 && bytes.bitLength() < Long.SIZE;
        return fits ? Optional.of(bytes.longValueExact()) : Optional.empty();
    }

    private static Optional<Duration> duration(String text) {
        try {
            Duration duration = Duration.parse(text);
            boolean fine = duration.compareTo(Duration.ZERO) > 0 && duration.compareTo(MAX_DURATION) <= 0;
            return fine ? Optional.of(duration) : Optional.empty();
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** A single address is the network of it alone. */
    private static Optional<String> network(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        boolean v4 = Address.isIpv4(address);
        // A connection from an IPv4 address comes as such; within IPv6 it would never match, and its length mean
        // another.
        if (!v4 && (!Address.isIpv6(address) || Address.isIpv4WithinIpv6(address))) {
            return Optional.empty();
        }
        int widest = v4 ? MAX_PREFIX_V4 : MAX_PREFIX_V6;
        String prefix = slash < 0 ? Integer.toString(widest) : text.substring(slash + 1);
        return wholeNumber(prefix, 0, widest).map(bits -> address + "/" + bits);
    }

    /** Colons as {@code openssl x509 -fingerprint} writes them, and upper case, are fine. */
    private static Optional<Digest> fingerprint(String text) {
        String hex = text.replace(":", "").toLowerCase(Locale.ROOT);
        return Digest.isHex(hex) ? Optional.of(new Digest(hex)) : Optional.empty();
    }

    private static Optional<URI> webAddress(String text) {
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme();
            boolean web = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
            return web && uri.getHost() != null && uri.getUserInfo() == null ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static Optional<Path> path(Path base, String text) {
        try {
            return text.isBlank()
                    ? Optional.empty()
                    : Optional.of(base.resolve(text).normalize());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
