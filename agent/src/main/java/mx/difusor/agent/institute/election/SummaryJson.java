package mx.difusor.agent.institute.election;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import mx.difusor.agent.model.Receipt;

/** What the page reads: one file for the cut, one for what never changes, one a contest. UTF-8. */
final class SummaryJson {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d 'de' MMMM 'de' uuuu", Locale.forLanguageTag("es"));
    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

    private final Election election;

    SummaryJson(Election election) {
        this.election = election;
    }

    /** {@code json/corte.json}: which cut this is, how far each contest is, what can be downloaded. */
    byte[] cut(int cut, List<String> downloads) {
        OffsetDateTime time = Election.timeOf(cut);
        ObjectNode root = JSON.createObjectNode();
        root.put("corte", Receipt.cut(time));
        root.put("fecha", DAY.format(time));
        root.put("hora", HOUR.format(time));
        root.put("huso", "UTC" + time.getOffset().getTotalSeconds() / 3600);
        root.put("numero", cut);
        root.put("final", Election.isLast(cut));
        ObjectNode contests = root.putObject("contiendas");
        for (Contest contest : Contest.values()) {
            actas(contests.putObject(contest.key()), election.tally(contest, cut));
        }
        ArrayNode files = root.putArray("descargas");
        downloads.forEach(files::add);
        return bytes(root);
    }

    /** {@code json/catalogo.json}: forces with their columns and colours, names of municipalities and districts. */
    byte[] catalogue() {
        ObjectNode root = JSON.createObjectNode();
        root.put("entidad", "Chihuahua");
        root.put("proceso", "Proceso Electoral Local 2023-2024 (simulado)");
        ArrayNode forces = root.putArray("fuerzas");
        for (Column.Force force : Column.FORCES) {
            ObjectNode one = forces.addObject();
            one.put("clave", force.code()).put("nombre", force.name()).put("color", force.color());
            one.put("candidatura", force.candidacy());
            ArrayNode columns = one.putArray("columnas");
            force.columns().forEach(column -> columns.add(column.name()));
        }
        ArrayNode contests = root.putArray("contiendas");
        for (Contest contest : Contest.values()) {
            ObjectNode one = contests.addObject();
            one.put("clave", contest.key()).put("nombre", contest.label());
            one.put("ambito", contest.byDistrict() ? "distrito" : "municipio");
        }
        ArrayNode districts = root.putArray("distritos");
        election.places()
                .districts()
                .forEach(one -> districts.addObject().put("id", one.id()).put("nombre", one.seat()));
        ArrayNode municipalities = root.putArray("municipios");
        election.places()
                .municipalities()
                .forEach(one -> municipalities.addObject().put("id", one.id()).put("nombre", one.name()));
        return bytes(root);
    }

    /** {@code json/CONTEST.json}: votes per column in the state and in each area, in order of its number. */
    byte[] contest(Contest contest, int cut) {
        int seconds = Election.secondsOf(cut);
        Tally whole = new Tally();
        Map<Integer, Tally> areas = new TreeMap<>();
        for (Acta acta : election.actas(contest)) {
            whole.add(acta, seconds);
            areas.computeIfAbsent(contest.area(acta.station()), id -> new Tally())
                    .add(acta, seconds);
        }
        ObjectNode root = JSON.createObjectNode();
        root.put("contienda", contest.key());
        root.put("corte", Receipt.cut(Election.timeOf(cut)));
        tally(root.putObject("estado"), contest, whole);
        ArrayNode list = root.putArray("areas");
        areas.forEach((id, tally) -> tally(list.addObject().put("id", id), contest, tally));
        return bytes(root);
    }

    private static void tally(ObjectNode node, Contest contest, Tally tally) {
        actas(node.putObject("actas"), tally);
        node.put("listaNominal", tally.nominalList());
        node.put("votosTotales", tally.votesWithSpecial());
        node.put("participacion", tally.participationPercent());
        ObjectNode votes = node.putObject("votos");
        contest.columns().forEach(column -> votes.put(column.name(), tally.votes(column)));
    }

    private static void actas(ObjectNode node, Tally tally) {
        node.put("esperadas", tally.expected());
        node.put("capturadas", tally.captured());
        node.put("porcentajeCapturadas", tally.capturedPercent());
        node.put("contabilizadas", tally.counted());
        node.put("porcentajeContabilizadas", tally.countedPercent());
        node.put("noContabilizadas", tally.notCounted());
    }

    private static byte[] bytes(ObjectNode root) {
        DefaultIndenter lineFeed = new DefaultIndenter(" ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withObjectIndenter(lineFeed);
        try {
            return (JSON.writer(printer).writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
