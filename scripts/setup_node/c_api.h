// The part of TensorFlow's C API that the native addon of tfjs-node uses, declared after the documentation of the API, for
// libraries that come without their headers. Structures are opaque to the addon.
#pragma once
#include <stddef.h>
#include <stdint.h>
extern "C" {
typedef enum { TF_FLOAT = 1, TF_DOUBLE = 2, TF_INT32 = 3, TF_UINT8 = 4, TF_STRING = 7, TF_COMPLEX64 = 8, TF_INT64 = 9, TF_BOOL = 10, TF_RESOURCE = 20 } TF_DataType;
typedef enum { TF_ATTR_STRING = 0, TF_ATTR_INT = 1, TF_ATTR_FLOAT = 2, TF_ATTR_BOOL = 3, TF_ATTR_TYPE = 4, TF_ATTR_SHAPE = 5 } TF_AttrType;
typedef enum { TF_OK = 0, TF_CODE_MAX = 16 } TF_Code;
typedef struct TF_Status TF_Status; typedef struct TF_Tensor TF_Tensor; typedef struct TF_Graph TF_Graph;
typedef struct TF_Session TF_Session; typedef struct TF_SessionOptions TF_SessionOptions;
typedef struct TF_Operation TF_Operation; typedef struct TF_DeviceList TF_DeviceList;
typedef struct { const void* data; size_t length; void (*data_deallocator)(void*, size_t); } TF_Buffer;
typedef struct { TF_Operation* oper; int index; } TF_Output;
typedef struct TFE_Context TFE_Context; typedef struct TFE_ContextOptions TFE_ContextOptions;
typedef struct TFE_TensorHandle TFE_TensorHandle; typedef struct TFE_Op TFE_Op;
// Its size and alignment are part of TensorFlow's binary interface.
typedef struct { alignas(8) unsigned char opaque[24]; } TF_TString;

const char* TF_Version(void);
TF_Status* TF_NewStatus(void); void TF_DeleteStatus(TF_Status*); TF_Code TF_GetCode(const TF_Status*); const char* TF_Message(const TF_Status*);
TF_Buffer* TF_NewBuffer(void); TF_Buffer* TF_NewBufferFromString(const void*, size_t); void TF_DeleteBuffer(TF_Buffer*);
size_t TF_DataTypeSize(TF_DataType);
TF_Tensor* TF_NewTensor(TF_DataType, const int64_t* dims, int num_dims, void* data, size_t len, void (*dealloc)(void*, size_t, void*), void* arg);
TF_Tensor* TF_AllocateTensor(TF_DataType, const int64_t* dims, int num_dims, size_t len);
void TF_DeleteTensor(TF_Tensor*); TF_DataType TF_TensorType(const TF_Tensor*); int TF_NumDims(const TF_Tensor*); int64_t TF_Dim(const TF_Tensor*, int);
size_t TF_TensorByteSize(const TF_Tensor*); void* TF_TensorData(const TF_Tensor*); int64_t TF_TensorElementCount(const TF_Tensor*);
void TF_StringInit(TF_TString*); void TF_StringCopy(TF_TString*, const char*, size_t); size_t TF_StringGetSize(const TF_TString*);
const char* TF_StringGetDataPointer(const TF_TString*); void TF_StringDealloc(TF_TString*);
TF_Graph* TF_NewGraph(void); void TF_DeleteGraph(TF_Graph*); TF_Operation* TF_GraphOperationByName(TF_Graph*, const char*);
TF_SessionOptions* TF_NewSessionOptions(void); void TF_DeleteSessionOptions(TF_SessionOptions*);
TF_Session* TF_LoadSessionFromSavedModel(const TF_SessionOptions*, const TF_Buffer* run_options, const char* dir, const char* const* tags, int ntags, TF_Graph*, TF_Buffer* meta_graph_def, TF_Status*);
void TF_DeleteSession(TF_Session*, TF_Status*);
void TF_SessionRun(TF_Session*, const TF_Buffer* run_options, const TF_Output* in, TF_Tensor* const* in_values, int nin, const TF_Output* out, TF_Tensor** out_values, int nout, const TF_Operation* const* targets, int ntargets, TF_Buffer* run_metadata, TF_Status*);
int TF_DeviceListCount(const TF_DeviceList*); const char* TF_DeviceListName(const TF_DeviceList*, int, TF_Status*); const char* TF_DeviceListType(const TF_DeviceList*, int, TF_Status*); void TF_DeleteDeviceList(TF_DeviceList*);

TFE_ContextOptions* TFE_NewContextOptions(void); void TFE_DeleteContextOptions(TFE_ContextOptions*);
TFE_Context* TFE_NewContext(const TFE_ContextOptions*, TF_Status*); void TFE_DeleteContext(TFE_Context*); TF_DeviceList* TFE_ContextListDevices(TFE_Context*, TF_Status*);
TFE_TensorHandle* TFE_NewTensorHandle(const TF_Tensor*, TF_Status*); void TFE_DeleteTensorHandle(TFE_TensorHandle*);
TF_DataType TFE_TensorHandleDataType(TFE_TensorHandle*); int TFE_TensorHandleNumDims(TFE_TensorHandle*, TF_Status*); int64_t TFE_TensorHandleDim(TFE_TensorHandle*, int, TF_Status*);
TF_Tensor* TFE_TensorHandleResolve(TFE_TensorHandle*, TF_Status*); TFE_TensorHandle* TFE_TensorHandleCopyToDevice(TFE_TensorHandle*, TFE_Context*, const char*, TF_Status*);
TFE_Op* TFE_NewOp(TFE_Context*, const char*, TF_Status*); void TFE_DeleteOp(TFE_Op*); void TFE_OpAddInput(TFE_Op*, TFE_TensorHandle*, TF_Status*);
void TFE_OpSetAttrString(TFE_Op*, const char*, const void*, size_t); void TFE_OpSetAttrInt(TFE_Op*, const char*, int64_t); void TFE_OpSetAttrFloat(TFE_Op*, const char*, float);
void TFE_OpSetAttrBool(TFE_Op*, const char*, unsigned char); void TFE_OpSetAttrType(TFE_Op*, const char*, TF_DataType); void TFE_OpSetAttrShape(TFE_Op*, const char*, const int64_t*, int, TF_Status*);
void TFE_OpSetAttrIntList(TFE_Op*, const char*, const int64_t*, int); void TFE_OpSetAttrFloatList(TFE_Op*, const char*, const float*, int); void TFE_OpSetAttrBoolList(TFE_Op*, const char*, const unsigned char*, int);
void TFE_Execute(TFE_Op*, TFE_TensorHandle** retvals, int* num_retvals, TF_Status*);
}
#define TF_TString_Init TF_StringInit
#define TF_TString_Copy TF_StringCopy
#define TF_TString_GetSize TF_StringGetSize
#define TF_TString_GetDataPointer TF_StringGetDataPointer
#define TF_TString_Dealloc TF_StringDealloc
