// SPDX-License-Identifier: Apache-2.0

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.passay.AllowedCharacterRule;
import org.passay.CharacterCharacteristicsRule;
import org.passay.CharacterOccurrencesRule;
import org.passay.CharacterRule;
import org.passay.DictionaryRule;
import org.passay.DictionarySubstringRule;
import org.passay.EnglishCharacterData;
import org.passay.EnglishSequenceData;
import org.passay.IllegalCharacterRule;
import org.passay.IllegalRegexRule;
import org.passay.IllegalSequenceRule;
import org.passay.LengthComplexityRule;
import org.passay.LengthRule;
import org.passay.PasswordData;
import org.passay.RepeatCharacterRegexRule;
import org.passay.Rule;
import org.passay.UsernameRule;
import org.passay.WhitespaceRule;
import org.passay.dictionary.ArrayWordList;
import org.passay.dictionary.WordListDictionary;

/** Judges each line of a file (password, user name, current one, in hex) by one Passay rule after the other. */
public class PassayVerdicts {
  public static void main(String[] args) throws Exception {
    Map<String, Rule> rules = rules(args[1].split(","));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    out.println(String.join(",", rules.keySet()));
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      String[] fields = line.split("\t", -1);
      PasswordData data = new PasswordData(text(fields[1]), text(fields[0]));
      List<String> broken = new ArrayList<>();
      rules.forEach((name, rule) -> {
        if (!rule.validate(data).isValid()) {
          broken.add(name);
        }
      });
      out.println(String.join(",", broken));
    }
    out.flush();
  }

  static String text(String hex) {
    return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
  }

  static Map<String, Rule> rules(String[] words) {
    Map<String, Rule> rules = new LinkedHashMap<>();
    rules.put("min_length", new LengthRule(12, Integer.MAX_VALUE));
    rules.put("max_length", new LengthRule(0, 24));
    rules.put("min_uppercase", new CharacterRule(EnglishCharacterData.UpperCase, 1));
    rules.put("min_lowercase", new CharacterRule(EnglishCharacterData.LowerCase, 1));
    rules.put("min_digits", new CharacterRule(EnglishCharacterData.Digit, 1));
    rules.put("min_specials", new CharacterRule(EnglishCharacterData.Special, 1));
    rules.put("min_classes", new CharacterCharacteristicsRule(3,
        new CharacterRule(EnglishCharacterData.UpperCase, 1), new CharacterRule(EnglishCharacterData.LowerCase, 1),
        new CharacterRule(EnglishCharacterData.Digit, 1), new CharacterRule(EnglishCharacterData.Special, 1)));
    rules.put("length_tiers", tiers());
    rules.put("max_repeat", new RepeatCharacterRegexRule(3));
    rules.put("max_occurrences", new CharacterOccurrencesRule(3));
    rules.put("sequence_alphabet", new IllegalSequenceRule(EnglishSequenceData.Alphabetical, 4, false));
    rules.put("sequence_digit", new IllegalSequenceRule(EnglishSequenceData.Numerical, 4, true));
    rules.put("sequence_qwerty", new IllegalSequenceRule(EnglishSequenceData.USQwerty, 4, false));
    rules.put("username", new UsernameRule(true, true));
    rules.put("whitespace", new WhitespaceRule());
    rules.put("allowed_characters", new AllowedCharacterRule(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".toCharArray()));
    rules.put("forbidden_characters", new IllegalCharacterRule("<>&".toCharArray()));
    rules.put("not_match", new IllegalRegexRule("[0-9]{4}"));
    Arrays.sort(words);
    WordListDictionary dictionary = new WordListDictionary(new ArrayWordList(words, false));
    rules.put("blocklist_whole", new DictionaryRule(dictionary));
    rules.put("blocklist_contains", new DictionarySubstringRule(dictionary));
    return rules;
  }

  static Rule tiers() {
    LengthComplexityRule rule = new LengthComplexityRule();
    rule.addRules("[0,16)", new CharacterRule(EnglishCharacterData.Digit, 2));
    rule.addRules("[16,*)", new CharacterRule(EnglishCharacterData.Digit, 1));
    return rule;
  }
}
