package mx.difusor.agent.model;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Types of file that no setting allows, by their extensions in lower case (contract, "A package", {@code kind}): what a
 * server would run or read as its configuration, and in {@code data} images.
 */
public final class ForbiddenTypes {

    /**
     * Scripts that some server runs. Apache binds handlers ({@code AddHandler}) to every extension of a name, so that
     * {@code x.php.json} runs as a script: these are refused in any place.
     */
    private static final Set<String> NEVER_IN_A_NAME = Set.of(
            "php", "php3", "php4", "php5", "php7", "php8", "phps", "phpt", "pht", "phtm", "phtml", "phar", "inc", "asp",
            "aspx", "asa", "asax", "ascx", "ashx", "asmx", "cshtm", "cshtml", "vbhtml", "jsp", "jspx", "jspf", "jsw",
            "jsv", "jhtml", "cfm", "cfml", "cfc", "dbm", "cgi", "fcgi", "fpl", "pl", "plx", "py", "wsgi", "rb", "rhtml",
            "erb", "lua", "tcl", "sh", "bash", "csh", "ksh", "zsh", "shtml", "shtm", "stm", "ssi", "var", "asis", "bat",
            "cmd", "exe", "dll", "vbs", "wsf", "ps1");

    /**
     * Programs, and the configuration and secrets of servers, which are what they are by their last extension alone: a
     * page may well have an {@code app.config.json} or a {@code www.iee.com.json}.
     */
    private static final Set<String> NEVER_AT_ITS_END = Set.of(
            "axd",
            "cer",
            "cdx",
            "svc",
            "rem",
            "soap",
            "master",
            "idc",
            "htr",
            "war",
            "ear",
            "jar",
            "class",
            "do",
            "action",
            "pm",
            "pyc",
            "pyo",
            "com",
            "so",
            "msi",
            "scr",
            "psm1",
            "vbe",
            "wsh",
            "hta",
            "htc",
            "cpl",
            "lnk",
            "url",
            "reg",
            "config",
            "conf",
            "cnf",
            "ini",
            "htaccess",
            "htpasswd",
            "htgroup",
            "htdigest",
            "htpasswds",
            "env",
            "key",
            "pem",
            "p12",
            "pfx",
            "sqlite",
            "db");

    /** An acta that was digitised is an image; {@code data} never brings one. */
    private static final Set<String> IMAGES = Set.of(
            "svg", "svgz", "png", "apng", "jpg", "jpeg", "jpe", "jfif", "pjpeg", "pjp", "jp2", "jxl", "gif", "webp",
            "avif", "heic", "heif", "ico", "cur", "bmp", "tif", "tiff");

    private ForbiddenTypes() {}

    /** Whether no package of that kind may bring files that end in that extension. */
    public static boolean inPackage(Kind kind, String extension) {
        return atTheEnd(extension) || (kind == Kind.DATA && isImage(extension));
    }

    /** Whether a name is refused for that extension in any place. */
    public static boolean anywhere(String extension) {
        return NEVER_IN_A_NAME.contains(extension);
    }

    /** Whether a name is refused that ends in that extension. */
    public static boolean atTheEnd(String extension) {
        return anywhere(extension) || NEVER_AT_ITS_END.contains(extension);
    }

    /** Those that end no name in a package of whatever kind, in alphabetical order. */
    public static SortedSet<String> ofEveryKind() {
        SortedSet<String> all = new TreeSet<>(NEVER_IN_A_NAME);
        all.addAll(NEVER_AT_ITS_END);
        return all;
    }

    public static boolean isImage(String extension) {
        return IMAGES.contains(extension);
    }
}
