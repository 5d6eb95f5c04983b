package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class SeatsTest {

    private final Seats<String> seats = new Seats<>(6, 2, 2);

    private static InetAddress outside(int host) {
        return address("203.0.113." + host);
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private void fillFromOutside() {
        for (int host = 1; host <= 4; host++) {
            assertThat(seats.take("outsider " + host, outside(host))).isEmpty();
        }
    }

    @Test
    void oneHostTakesNoMoreThanItsShare() {
        assertThat(seats.take("a", outside(1))).isEmpty();
        assertThat(seats.take("b", outside(1))).isEmpty();
        assertThat(seats.take("c", outside(1))).contains("a");
        seats.progressed("b");
        assertThat(seats.take("d", outside(1))).contains("c");
        seats.leave("b");
        assertThat(seats.take("e", outside(1))).isEmpty();
    }

    @Test
    void aHostWithAWholeNetworkOfAddressesIsOneHost() {
        assertThat(seats.take("a", address("2001:db8:0:7::1"))).isEmpty();
        assertThat(seats.take("b", address("2001:db8:0:7:ffff::2"))).isEmpty();
        assertThat(seats.take("c", address("2001:db8:0:7:1:2:3:4"))).contains("a");
        assertThat(seats.take("d", address("2001:db8:0:8::1"))).isEmpty();
    }

    @Test
    void aCrowdFromOutsideLeavesRoomForThisHost() {
        fillFromOutside();

        assertThat(seats.take("operator", address("127.0.0.1"))).isEmpty();
        assertThat(seats.take("monitor", address("::1"))).isEmpty();
    }

    @Test
    void whoComesLateGetsThePlaceOfWhoStoodStillTheLongest() {
        fillFromOutside();
        seats.progressed("outsider 1");

        assertThat(seats.take("institute", outside(9))).contains("outsider 2");
        assertThat(seats.take("another", outside(10))).contains("outsider 3");
    }

    @Test
    void noOutsiderTakesThePlaceOfThisHostsPrograms() {
        Seats<String> small = new Seats<>(2, 2, 0);
        assertThat(small.take("operator", address("127.0.0.1"))).isEmpty();
        assertThat(small.take("monitor", address("127.0.0.1"))).isEmpty();

        assertThat(small.take("outsider", outside(1))).contains("outsider");
    }

    @Test
    void noProgramOfThisHostLocksAnotherOut() {
        for (int i = 1; i <= 10; i++) {
            seats.take("busy " + i, address("127.0.0." + i));
        }
        seats.progressed("busy 9");
        assertThat(seats.take("operator", address("127.0.0.1"))).contains("busy 10");
        assertThat(seats.take("monitor", address("::1"))).contains("busy 9");
        assertThat(seats.hosts()).isEqualTo(1);
    }

    @Test
    void aHostsShareIsMadeRoomInByItselfAlone() {
        seats.take("operator", address("127.0.0.1"));
        seats.take("other", outside(2));
        seats.take("a", outside(1));
        seats.take("b", outside(1));
        assertThat(seats.take("c", outside(1))).contains("a");
    }

    @Test
    void thisHostsProgramsTakeThePlaceOfOutsiders() {
        Seats<String> small = new Seats<>(2, 2, 0);
        assertThat(small.take("a", outside(1))).isEmpty();
        assertThat(small.take("b", outside(2))).isEmpty();

        assertThat(small.take("operator", address("127.0.0.1"))).contains("a");
    }

    @Test
    void aPlaceIsFreeAgainOnce() {
        fillFromOutside();
        seats.leave("outsider 1");
        seats.leave("outsider 1");
        seats.leave("never seen");

        assertThat(seats.take("x", outside(5))).isEmpty();
        assertThat(seats.take("y", outside(6))).contains("outsider 2");
    }

    @Test
    void whoHasNoAddressIsOfThisHost() {
        fillFromOutside();
        assertThat(seats.take("a socket of this host", null)).isEmpty();
    }

    @Test
    void whoHasLostItsSeatMakesNoProgressInAnother() {
        fillFromOutside();
        assertThat(seats.take("institute", outside(9))).contains("outsider 1");
        seats.progressed("outsider 1");
        seats.leave("outsider 1");
        assertThat(seats.take("another", outside(10))).contains("outsider 2");
    }

    @Test
    void whoWasNeverLetInHasNoSeatToMakeProgressIn() {
        seats.progressed("never seen");
        fillFromOutside();
        assertThat(seats.take("institute", outside(9))).contains("outsider 1");
    }

    @Test
    void aHostThatHasGoneIsForgotten() {
        seats.take("a", outside(1));
        seats.take("b", outside(1));
        seats.take("c", address("2001:db8:0:7::1"));
        assertThat(seats.hosts()).isEqualTo(2);
        seats.leave("a");
        assertThat(seats.hosts()).isEqualTo(2);
        seats.leave("b");
        seats.leave("c");
        assertThat(seats.hosts()).isZero();
    }

    @Test
    void thisHostsProgramsDoNotCountAmongTheOutsiders() {
        seats.take("operator", address("127.0.0.1"));
        seats.take("monitor", address("127.0.0.1"));
        fillFromOutside();
        seats.leave("operator");
        seats.leave("monitor");

        assertThat(seats.take("institute", outside(9))).contains("outsider 1");
    }

    @Test
    void whoMakesProgressKeepsItsSeat() {
        fillFromOutside();
        for (int host = 1; host <= 4; host++) {
            seats.progressed("outsider " + host);
        }
        assertThat(seats.take("institute", outside(9))).contains("outsider 1");
    }
}
