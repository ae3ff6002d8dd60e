// SPDX-License-Identifier: Apache-2.0

import com.nulabinc.zxcvbn.Pattern;
import com.nulabinc.zxcvbn.StandardDictionaries;
import com.nulabinc.zxcvbn.StandardKeyboards;
import com.nulabinc.zxcvbn.Strength;
import com.nulabinc.zxcvbn.Zxcvbn;
import com.nulabinc.zxcvbn.ZxcvbnBuilder;
import com.nulabinc.zxcvbn.matchers.Keyboard;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Answers with zxcvbn4j's estimates, in the format of reference.js: java -cp zxcvbn-1.9.0.jar
 * Reference.java. The year is the current one. "Similar" is what OpenSearch's PasswordValidator
 * asks of the sequence.
 *
 * <p>With an argument it knows only the four keyboards of zxcvbn, which tells the differences that
 * its fifth one makes.
 */
class Reference {
  public static void main(String[] args) throws Exception {
    Zxcvbn zxcvbn = build(args);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    PrintStream out = new PrintStream(System.out, false, "UTF-8");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      List<String> words = new ArrayList<>();
      for (String word : line.split(" ", -1)) {
        words.add(new String(Base64.getDecoder().decode(word), StandardCharsets.UTF_8));
      }
      Strength s = zxcvbn.measure(words.get(0), words.subList(1, words.size()));
      boolean similar =
          s.getSequence().stream()
              .anyMatch(m -> m.pattern == Pattern.Dictionary && "user_inputs".equals(m.dictionaryName));
      List<String> fields = new ArrayList<>();
      fields.add(Integer.toString(s.getScore()));
      fields.add(Double.toString(s.getGuesses()));
      fields.add(Boolean.toString(similar));
      fields.add(s.getFeedback().getWarning(Locale.ENGLISH));
      fields.addAll(s.getFeedback().getSuggestions(Locale.ENGLISH));
      out.println(String.join("\t", fields));
    }
    out.flush();
  }

  private static Zxcvbn build(String[] args) throws Exception {
    ZxcvbnBuilder builder = new ZxcvbnBuilder();
    for (Keyboard keyboard : StandardKeyboards.loadAllKeyboards()) {
      if (args.length == 0 || !keyboard.getName().equals(StandardKeyboards.JIS)) {
        builder.keyboard(keyboard);
      }
    }
    return builder.dictionaries(StandardDictionaries.loadAllDictionaries()).build();
  }
}
