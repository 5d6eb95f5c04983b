package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.disk.Disk;

/** One uploader's {@code /entrada} without the network before it, for tests of other rooms. */
public final class Entrance {

    private final Inbox inbox;

    public Entrance(String uploader, Path incoming, Disk disk, Clock clock, Consumer<Offer> desk) throws IOException {
        Inbox.Limits limits = new Inbox.Limits(Duration.ofMinutes(10), Duration.ofSeconds(60));
        Room room = new Room(10_000_000, new FakeSpace());
        this.inbox = new Inbox(uploader, incoming.resolve(uploader), limits, disk, clock, room, desk);
        inbox.recover();
    }

    /** A session of its own: connects, writes each file in the map's order, and goes. */
    public void send(Map<String, byte[]> files) throws IOException {
        Visit visit = new Visit("iee", "203.0.113.7");
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                try (UploadChannel channel = inbox.openForWriting(
                        visit,
                        file.getKey(),
                        Set.of(
                                StandardOpenOption.WRITE,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING),
                        file.getValue().length)) {
                    channel.write(ByteBuffer.wrap(file.getValue()));
                }
            }
        } finally {
            inbox.ended(visit);
        }
    }

    public void tick() {
        inbox.tick();
    }
}
