// A shop's server: it begins verifications, keeps each reqNo, and has results opened.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"sync"
	"time"
)

var (
	service = setting("VERIFICATION", "http://127.0.0.1:8080")
	apiKey  = os.Getenv("RESULT_API_KEY") // the sandbox needs none
	client  = &http.Client{Timeout: 10 * time.Second}
	shop    = sessions{kept: map[string][]begun{}}
)

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; " +
	"form-action 'none'; frame-ancestors 'none'"

type begun struct {
	Token string `json:"token_version_id"`
	ReqNo string `json:"reqNo"`
}

// A shop has sessions of its own; these live as long as the program.
type sessions struct {
	mutex sync.Mutex
	kept  map[string][]begun
}

// keep notes a few by token_version_id: two tabs are two verifications of one session.
func (s *sessions) keep(id string, one begun) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	all := append(s.kept[id], one)
	if len(all) > 8 {
		all = all[len(all)-8:]
	}
	s.kept[id] = all
}

func (s *sessions) reqNo(id, token string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, one := range s.kept[id] {
		if one.Token == token {
			return one.ReqNo
		}
	}
	return ""
}

func sessionOf(w http.ResponseWriter, r *http.Request) string {
	if cookie, err := r.Cookie("shop"); err == nil && len(cookie.Value) == 32 {
		return cookie.Value
	}
	bytes := make([]byte, 16)
	if _, err := rand.Read(bytes); err != nil {
		log.Fatal(err)
	}
	id := hex.EncodeToString(bytes)
	http.SetCookie(w, &http.Cookie{Name: "shop", Value: id, Path: "/", HttpOnly: true,
		SameSite: http.SameSiteLaxMode})
	return id
}

func call(r *http.Request, path string, body []byte) (*http.Response, []byte, error) {
	request, err := http.NewRequestWithContext(r.Context(), http.MethodPost,
		service+"/v1/member/"+path, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if apiKey != "" {
		request.Header.Set("X-Api-Key", apiKey)
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && !json.Valid(text) {
		err = errors.New("what answered isn't the service: " + response.Status)
	}
	return response, text, err
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		log.Print(err)
	}
}

func unreachable(w http.ResponseWriter, err error) {
	log.Print(err)
	answer(w, http.StatusBadGateway, map[string]string{"message": "본인인증 서비스에 연결할 수 없습니다."})
}

// The popup kit calls this route as if it were the service.
func begin(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<16))
	if err != nil {
		answer(w, http.StatusBadRequest, map[string]string{"message": err.Error()})
		return
	}
	response, text, err := call(r, "getOAuthToken", body)
	if err != nil {
		unreachable(w, err)
		return
	}
	var one begun
	if response.StatusCode == http.StatusOK && json.Unmarshal(text, &one) == nil {
		shop.keep(sessionOf(w, r), one)
		// Without it the kit can't tell the sandbox's window from NICE's.
		w.Header().Set("X-Nice-Window-Url", response.Header.Get("X-Nice-Window-Url"))
	}
	answer(w, response.StatusCode, json.RawMessage(text))
}

// What came back through the browser is opened with the reqNo that did not.
func verified(w http.ResponseWriter, r *http.Request) {
	var values struct {
		Token     string `json:"token_version_id"`
		EncData   string `json:"enc_data"`
		Integrity string `json:"integrity_value"`
		ReqNo     string `json:"reqNo"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&values); err != nil {
		answer(w, http.StatusBadRequest, map[string]string{"message": err.Error()})
		return
	}
	values.ReqNo = shop.reqNo(sessionOf(w, r), values.Token)
	if values.ReqNo == "" {
		answer(w, http.StatusForbidden, map[string]string{"message": "이 세션에서 시작한 본인인증이 아닙니다."})
		return
	}
	body, _ := json.Marshal(values)
	response, text, err := call(r, "getVerificationResult", body)
	if err != nil {
		unreachable(w, err)
		return
	}
	var result struct {
		Name    string `json:"name,omitempty"`
		Message string `json:"message,omitempty"`
	}
	if err := json.Unmarshal(text, &result); err != nil {
		unreachable(w, err)
		return
	}
	// Here the shop stores the person. A live shop refuses the sandbox's people: sitecode,
	// responseno, ci, di begin with SANDBOX.
	answer(w, response.StatusCode, result)
}

// The kit, and its callback page: NICE returns to the origin of the shop's page.
func kit(files http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("Cache-Control", "no-store")
		files.ServeHTTP(w, r)
	}
}

func posted(handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			http.Error(w, "POST", http.StatusMethodNotAllowed)
			return
		}
		handler(w, r)
	}
}

func main() {
	http.HandleFunc("/api/v1/member/getOAuthToken", posted(begin))
	http.HandleFunc("/verified", posted(verified))
	files := http.FileServer(http.Dir("../../clients/popup"))
	http.HandleFunc("/verification/", kit(http.StripPrefix("/verification/", files)))
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		page, err := os.ReadFile("../index.html")
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(page)
	})
	port := setting("PORT", "3000")
	log.Print("http://localhost:" + port)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, nil))
}
