// What Java programs make of texts, URLs and signatures: a line of base64 words in, a line of base64 out.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Helper {
  private static final Map<String, String> MACS =
      Map.of("md5", "HmacMD5", "sha1", "HmacSHA1", "sha256", "HmacSHA256", "sha384", "HmacSHA384", "sha512", "HmacSHA512");
  private static final Map<String, String> HASHES =
      Map.of("md5", "MD5", "sha1", "SHA-1", "sha256", "SHA-256", "sha384", "SHA-384", "sha512", "SHA-512");

  private static String spelt(byte[] raw, String form) {
    return switch (form) {
      case "hex" -> HexFormat.of().formatHex(raw);
      case "upper-hex" -> HexFormat.of().withUpperCase().formatHex(raw);
      case "base64" -> Base64.getEncoder().encodeToString(raw);
      case "base64url" -> Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
      case "base64-of-hex" -> Base64.getEncoder().encodeToString(HexFormat.of().formatHex(raw).getBytes());
      case "lines" -> Base64.getMimeEncoder().encodeToString(raw);
      case "big-integer" -> new java.math.BigInteger(1, raw).toString(16);
      default -> throw new IllegalArgumentException(form);
    };
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] run(String name, byte[][] args) throws Exception {
    switch (name) {
      case "hmac-signature": {
        String algorithm = MACS.get(text(args[0]));
        Mac mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(args[1], algorithm));
        return spelt(mac.doFinal(args[2]), text(args[3])).getBytes();
      }
      case "plain-hash":
        return spelt(MessageDigest.getInstance(HASHES.get(text(args[0]))).digest(args[1]), text(args[2])).getBytes();
      case "url-encode":
        return URLEncoder.encode(text(args[0]), StandardCharsets.UTF_8).getBytes();
      case "url-decode":
        return URLDecoder.decode(text(args[0]), StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
      case "normalised-uri":
        return new URI(text(args[0])).normalize().toString().getBytes();
      case "ascii-uri":
        return new URI(text(args[0])).toASCIIString().getBytes();
      // getBytes() on a machine whose default charset is another.
      case "us-ascii":
        return text(args[0]).getBytes(StandardCharsets.US_ASCII);
      case "windows-1252":
        return text(args[0]).getBytes(Charset.forName("windows-1252"));
      case "utf-16":
        return text(args[0]).getBytes(StandardCharsets.UTF_16);
      case "read-as-latin-1":
        return new String(args[0], StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_8);
      case "read-lines": {
        // BufferedReader.readLine() in a loop, the lines put together again without their ends.
        StringBuilder body = new StringBuilder();
        BufferedReader reader = new BufferedReader(new java.io.StringReader(text(args[0])));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) body.append(line);
        return body.toString().getBytes(StandardCharsets.UTF_8);
      }
      case "mime-base64":
        return Base64.getMimeEncoder().encode(args[0]);
      default:
        throw new IllegalArgumentException("no such operation");
    }
  }

  public static void main(String[] none) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split("\t", -1);
      byte[][] args = new byte[words.length - 1][];
      for (int i = 0; i < args.length; i++) args[i] = Base64.getDecoder().decode(words[i + 1]);
      try {
        System.out.println(Base64.getEncoder().encodeToString(run(words[0], args)));
      } catch (Exception e) {
        System.out.println("!" + Base64.getEncoder().encodeToString((words[0] + ": " + e).getBytes()));
      }
    }
  }
}
