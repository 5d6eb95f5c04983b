package mx.difusor.agent.status;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The machine's own Chromium without a window, driven through its own driver; nothing is downloaded. */
final class Browser implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Skips the test loudly where Chromium is absent, fails it where {@code -Dpeers=required}. */
    static Browser start() {
        Optional<Path> chromium = onPath("chromium");
        Optional<Path> chromedriver = onPath("chromedriver");
        if (chromium.isEmpty() || chromedriver.isEmpty()) {
            if ("required".equals(System.getProperty("peers"))) {
                throw new AssertionError(
                        "chromium or chromedriver is not on the path, and -Dpeers=required asks for it");
            }
            System.err.println("SKIPPED: chromium or chromedriver is not on the path");
            Assumptions.abort("chromium or chromedriver is not on the path");
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow().toFile());
        // A build often runs as root or in a container, where Chromium's own sandbox and /dev/shm are not to be had.
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-background-networking",
                "--hide-scrollbars",
                "--force-color-profile=srgb");
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.orElseThrow().toFile())
                .usingAnyFreePort()
                .withTimeout(LIMIT)
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().pageLoadTimeout(LIMIT).scriptTimeout(LIMIT);
        return new Browser(driver);
    }

    /** @param width in CSS pixels; below 500 it is a phone, with its density */
    void looksLike(int width, boolean dark) {
        boolean phone = width < 500;
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        width,
                        "height",
                        phone ? 844 : 900,
                        "deviceScaleFactor",
                        phone ? 2 : 1,
                        "mobile",
                        phone));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    void scripts(boolean allowed) {
        driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", !allowed));
    }

    void open(Object address) {
        driver.get(address.toString());
    }

    /** The value of a JavaScript expression. */
    Object ask(String expression) {
        return String.valueOf(driver.executeScript("return " + expression));
    }

    void run(String script) {
        driver.executeScript(script);
    }

    /** Until the expression is true. */
    void await(String expression) {
        Awaitility.await(expression)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> Boolean.TRUE.equals(driver.executeScript("return " + expression)));
    }

    /** What was written to the console since it was asked last: errors, and what the content policy refused. */
    List<String> console() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }

    /** The whole page, however long. */
    void screenshot(Path file) throws IOException {
        Map<String, Object> answer = driver.executeCdpCommand(
                "Page.captureScreenshot",
                Map.of("format", "png", "captureBeyondViewport", true, "optimizeForSpeed", true));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(String.valueOf(answer.get("data"))));
    }

    /**
     * What axe finds that is serious or critical: the rule, and the elements.
     *
     * @param contrast whether colours are looked at too
     */
    List<?> axe(boolean contrast) throws IOException {
        Object answer = driver.executeAsyncScript(axeSource() + """
                        ;const done = arguments[arguments.length - 1];
                        const rules = { 'color-contrast': { enabled: arguments[0] } };
                        axe.run(document, { resultTypes: ['violations'], rules }).then(
                          (result) => done(result.violations
                            .filter((one) => one.impact === 'serious' || one.impact === 'critical')
                            .map((one) => one.id + ': ' + one.nodes.map((node) => node.html + ' ' + node.failureSummary).join(' | '))),
                          (error) => done([String(error)]));
                        """, contrast);
        return (List<?>) Objects.requireNonNull(answer);
    }

    private static String axeSource() throws IOException {
        try (InputStream in = Browser.class.getResourceAsStream("/axe.min.js")) {
            if (in == null) {
                throw new IllegalStateException("axe-core's jar lacks axe.min.js");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Optional<Path> onPath(String tool) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
