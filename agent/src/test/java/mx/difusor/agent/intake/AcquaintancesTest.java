package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcquaintancesTest {
    private static final Source INSTITUTE = new Source("203.0.113.7");

    private long now = Long.MAX_VALUE - 1_000;
    private final Acquaintances acquaintances = new Acquaintances(() -> now);

    @Test
    void whoLoggedInIsKnownForDays() {
        assertThat(acquaintances.knows(INSTITUTE)).isFalse();
        acquaintances.loggedIn(INSTITUTE);
        now += Acquaintances.KEPT.toNanos();
        assertThat(acquaintances.knows(INSTITUTE)).isTrue();
        now++;
        assertThat(acquaintances.knows(INSTITUTE)).isFalse();
    }

    @Test
    void onlySoManyAreKnownAndTheLongestUnseenIsForgotten() {
        Source regular = new Source("203.0.113.8");
        acquaintances.loggedIn(INSTITUTE);
        acquaintances.loggedIn(regular);
        for (int i = 0; i < Acquaintances.MAX - 1; i++) {
            acquaintances.loggedIn(regular);
            acquaintances.loggedIn(new Source("n" + i));
        }
        assertThat(acquaintances.knows(INSTITUTE)).isFalse();
        assertThat(acquaintances.knows(regular)).isTrue();
    }

    @Test
    void aSourceIsAnIpv4AddressOrAnIpv6NetworkOf64Bits() throws UnknownHostException {
        assertThat(source("203.0.113.7")).isEqualTo(INSTITUTE).isNotEqualTo(source("203.0.113.8"));
        assertThat(source("::ffff:203.0.113.7")).isEqualTo(INSTITUTE);
        assertThat(source("2001:db8:1:2::1"))
                .isEqualTo(source("2001:db8:1:2:ffff::"))
                .hasToString("2001:db8:1:2:0:0:0:0/64");
        assertThat(source("2001:db8:1:3::1")).isNotEqualTo(source("2001:db8:1:2::1"));
    }

    private static Source source(String address) throws UnknownHostException {
        return Source.of(InetAddress.getByName(address));
    }

    @Test
    void ofLinesThatAnybodyCanProvokeSomeAreLoggedAndTheOthersCounted() {
        List<String> lines = new ArrayList<>();
        SparingLog log = new SparingLog(lines::add, () -> now);
        for (int i = 0; i < SparingLog.LINES_A_MINUTE + 5; i++) {
            log.say("line");
        }
        log.count();
        assertThat(lines).hasSize(SparingLog.LINES_A_MINUTE).containsOnly("line");
        log.tick();
        assertThat(lines).hasSize(SparingLog.LINES_A_MINUTE);

        now += Duration.ofMinutes(1).toNanos();
        log.tick();
        log.tick();
        assertThat(lines)
                .hasSize(SparingLog.LINES_A_MINUTE + 1)
                .last()
                .isEqualTo("and 6 more refused connections and logins within the last minute");
        log.say("again");
        assertThat(lines).last().isEqualTo("again");
    }
}
