import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A shop's tests with NiceSandbox. */
class ShopTest {
    static final NiceSandbox nice = NiceSandbox.start();

    @AfterAll
    static void stop() {
        nice.close();
        nice.close();
    }

    @AfterEach
    void allIsWell() {
        nice.faults().clear();
    }

    @Test
    void aChildComesBack() throws Exception {
        Shop shop = new Shop(nice);
        NiceSandbox.Back back = nice.verify(shop.begin(), "minor14", "success", Map.of());
        assertEquals("GET", back.method);
        assertTrue(back.url.startsWith("https://shop.example/back?"), back.url);
        assertTrue(shop.finish(back.values).contains("\"어린이\""));
    }

    @Test
    void aFieldIsReplaced() throws Exception {
        Shop shop = new Shop(nice);
        NiceSandbox.Back back =
            nice.verify(shop.begin(), "hong", "double", Map.of("name", "김철수"));
        assertEquals(2, back.times);
        assertTrue(shop.finish(back.values).contains("\"김철수\""));
    }

    @Test
    void nobodyComesBack() throws Exception {
        NiceSandbox.Back given = nice.verify(new Shop(nice).begin(), "hong", "cancel", Map.of());
        assertFalse(given.returned);
        assertNull(given.code);
        assertEquals("0010", nice.verify(new Shop(nice).begin(), "hong", "0010", Map.of()).code);
    }

    @Test
    void aMistakeIsNamed() throws Exception {
        NiceSandbox own = NiceSandbox.start();
        Map<String, String> window = new Shop(own).begin();
        window.put("integrity_value", "AAAA");
        NiceSandbox.Refused refused =
            assertThrows(NiceSandbox.Refused.class, () -> own.verify(window));
        own.close();
        assertTrue(refused.fault.startsWith("integrity"), refused.fault);
        assertTrue(refused.getMessage().lines().count() > 5, refused.getMessage());
        assertTrue(String.join("\n", own.log()).contains("the sandbox's window refused"));
    }

    @Test
    void niceHasABadDay() throws Exception {
        nice.faults().on("crypto_token", "gw_1503", 1);
        nice.faults().on("crypto_token", "gw_1702", 1);
        assertThrows(IllegalStateException.class, () -> new Shop(nice).begin());
        assertThrows(IllegalStateException.class, () -> new Shop(nice).begin());
        new Shop(nice).begin();
        nice.faults().on("crypto_token", "gw_1702");
        assertThrows(IllegalStateException.class, () -> new Shop(nice).begin());
        assertThrows(
            IllegalArgumentException.class, () -> nice.faults().on("crypto_token", "nonsense"));
        assertTrue(nice.faults().catalogue().size() > 100);
        assertEquals("hong", nice.personas().get(0).get("name"));
    }

    @Test
    void theNewerApiComesBack() throws Exception {
        String authUrl = new Shop(nice).authUrl();
        NiceSandbox.Back back = nice.verify(authUrl, "hong", "success", Map.of());
        assertTrue(back.values.containsKey("web_transaction_id"), back.url);
    }

    @Test
    void aMistakeInTheSettingsIsTold() {
        RuntimeException error = assertThrows(
            RuntimeException.class, () -> NiceSandbox.start(Map.of("SANDBOX_PERIOD", "1s")));
        assertTrue(error.getMessage().contains("SANDBOX_PERIOD"), error.getMessage());
    }
}
