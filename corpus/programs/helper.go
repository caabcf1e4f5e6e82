// What Go programs make of bodies, forms, URLs and signatures: a line of base64 words in, a line of base64 out.
package main

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"html"
	"net/url"
	"os"
	"path"
	"strings"
)

type operation func(args [][]byte) ([]byte, error)

var hashes = map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}

func spelt(raw []byte, form string) ([]byte, error) {
	switch form {
	case "hex":
		return []byte(hex.EncodeToString(raw)), nil
	case "upper-hex":
		return []byte(fmt.Sprintf("%X", raw)), nil
	case "base64":
		return []byte(base64.StdEncoding.EncodeToString(raw)), nil
	case "base64url":
		return []byte(base64.RawURLEncoding.EncodeToString(raw)), nil
	case "base64-of-hex":
		return []byte(base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString(raw)))), nil
	case "raw-base64":
		return []byte(base64.RawStdEncoding.EncodeToString(raw)), nil
	case "byte-list":
		return []byte(fmt.Sprint(raw)), nil
	}
	return nil, fmt.Errorf("no form %s", form)
}

func decoded(body []byte, useNumber bool) (interface{}, error) {
	var value interface{}
	decoder := json.NewDecoder(bytes.NewReader(body))
	if useNumber {
		decoder.UseNumber()
	}
	err := decoder.Decode(&value)
	return value, err
}

func encoded(useNumber, escapes bool, indent string) operation {
	return func(args [][]byte) ([]byte, error) {
		value, err := decoded(args[0], useNumber)
		if err != nil {
			return nil, err
		}
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(escapes)
		encoder.SetIndent("", indent)
		err = encoder.Encode(value)
		return out.Bytes(), err
	}
}

var operations = map[string]operation{
	"json": func(args [][]byte) ([]byte, error) {
		value, err := decoded(args[0], false)
		if err != nil {
			return nil, err
		}
		return json.Marshal(value)
	},
	"json-indent": func(args [][]byte) ([]byte, error) {
		value, err := decoded(args[0], false)
		if err != nil {
			return nil, err
		}
		return json.MarshalIndent(value, "", "  ")
	},
	"json-encoder":         encoded(true, true, ""),
	"json-encoder-no-html": encoded(true, false, ""),
	"json-encoder-tabs":    encoded(true, false, "\t"),
	"compact": func(args [][]byte) ([]byte, error) {
		var out bytes.Buffer
		err := json.Compact(&out, args[0])
		return out.Bytes(), err
	},
	"indent": func(args [][]byte) ([]byte, error) {
		var out bytes.Buffer
		err := json.Indent(&out, args[0], "", "  ")
		return out.Bytes(), err
	},
	"print-map": func(args [][]byte) ([]byte, error) {
		value, err := decoded(args[0], false)
		return []byte(fmt.Sprintf("%v", value)), err
	},
	"json-of-bytes": func(args [][]byte) ([]byte, error) { return json.Marshal(args[0]) },
	"json-of-text":  func(args [][]byte) ([]byte, error) { return json.Marshal(string(args[0])) },
	"html":          func(args [][]byte) ([]byte, error) { return []byte(html.EscapeString(string(args[0]))), nil },
	"trim-space":    func(args [][]byte) ([]byte, error) { return bytes.TrimSpace(args[0]), nil },
	"valid-utf-8":   func(args [][]byte) ([]byte, error) { return bytes.ToValidUTF8(args[0], []byte("\uFFFD")), nil },
	"fprintln":      func(args [][]byte) ([]byte, error) { return []byte(fmt.Sprintln(string(args[0]))), nil },
	"form": func(args [][]byte) ([]byte, error) {
		values, err := url.ParseQuery(string(args[0]))
		return []byte(values.Encode()), err
	},
	"query-escape": func(args [][]byte) ([]byte, error) { return []byte(url.QueryEscape(string(args[0]))), nil },
	"path-clean":   func(args [][]byte) ([]byte, error) { return []byte(path.Clean(string(args[0]))), nil },
	"url-string": func(args [][]byte) ([]byte, error) {
		u, err := url.Parse(string(args[0]))
		if err != nil {
			return nil, err
		}
		u.RawPath = ""
		u.RawQuery = u.Query().Encode()
		return []byte(u.String()), nil
	},
	"hmac-signature": func(args [][]byte) ([]byte, error) {
		mac := hmac.New(hashes[string(args[0])], args[1])
		mac.Write(args[2])
		return spelt(mac.Sum(nil), string(args[3]))
	},
	"plain-hash": func(args [][]byte) ([]byte, error) {
		sum := hashes[string(args[0])]()
		sum.Write(args[1])
		return spelt(sum.Sum(nil), string(args[2]))
	},
}

func main() {
	reader := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return
		}
		words := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		args := make([][]byte, len(words)-1)
		for i, word := range words[1:] {
			args[i], _ = base64.StdEncoding.DecodeString(word)
		}
		run, isThere := operations[words[0]]
		var out []byte
		if !isThere {
			err = fmt.Errorf("no such operation")
		} else {
			out, err = run(args)
		}
		if err != nil {
			fmt.Println("!" + base64.StdEncoding.EncodeToString([]byte(words[0]+": "+err.Error())))
		} else {
			fmt.Println(base64.StdEncoding.EncodeToString(out))
		}
	}
}
